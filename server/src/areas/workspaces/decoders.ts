import sharp from 'sharp'

// Of everything libvips reads, a stranger's bytes reach these decoders alone. It decides by content and for the whole process.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
})
// Every picture is worked on once, so keeping what was decoded would only fill memory; and requests need the other cores.
sharp.cache(false)
sharp.concurrency(1)

/** sharp, for pictures of strangers: JPEG, PNG and WebP. */
export { sharp }
