import { expect, test } from 'vitest'
import { refusalOf, signatureOf } from './sig-v4.ts'

/* The store of the tests is worth as much as what it refuses. The examples are those that Amazon publishes for S3. */

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const scope = '20130524/us-east-1/s3/aws4_request'
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const host = 'examplebucket.s3.amazonaws.com'
const common = { host, 'x-amz-content-sha256': nothing, 'x-amz-date': '20130524T000000Z' }
const names = ['host', 'x-amz-content-sha256', 'x-amz-date']

test.each([
  [
    'a range of an object',
    { method: 'GET', target: '/test.txt', headers: { ...common, range: 'bytes=0-9' } },
    ['host', 'range', 'x-amz-content-sha256', 'x-amz-date'],
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'a query without a value',
    { method: 'GET', target: '/?lifecycle', headers: common },
    names,
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'a query with values',
    { method: 'GET', target: '/?max-keys=2&prefix=J', headers: common },
    names,
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
] as const)('the published signature of %s is found', (_name, request, signed, signature) => {
  expect(signatureOf(request, { scope, names: signed }, secret)).toBe(signature)
})

test('a request is refused that is unsigned, changed, late, of another key, or of another body', () => {
  const keys = { keyId: 'AKIAIOSFODNN7EXAMPLE', secret, region: 'us-east-1' }
  const at = new Date('2013-05-24T00:00:00Z')
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.keyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543`
  const request = { method: 'GET', target: '/?lifecycle', headers: { ...common, authorization } }
  const refusal = (changes: object, digest = nothing, now = at, by = keys) =>
    refusalOf({ ...request, ...changes }, by, digest, now)
  expect(refusal({})).toBeUndefined()
  expect(refusal({ headers: common })).toBe('AccessDenied')
  expect(refusal({ target: '/?lifecycles' })).toBe('SignatureDoesNotMatch')
  expect(refusal({ method: 'PUT' })).toBe('SignatureDoesNotMatch')
  expect(refusal({ headers: { ...request.headers, 'x-amz-acl': 'public-read' } })).toBe('AccessDenied')
  expect(refusal({}, nothing, new Date('2013-05-24T00:16:00Z'))).toBe('RequestTimeTooSkewed')
  expect(refusal({}, nothing, at, { ...keys, keyId: 'OTHER' })).toBe('InvalidAccessKeyId')
  expect(refusal({}, nothing, at, { ...keys, region: 'eu-west-1' })).toBe('AuthorizationHeaderMalformed')
  expect(refusal({}, 'another')).toBe('XAmzContentSHA256Mismatch')
})
