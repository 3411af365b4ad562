/** The provider without the package's own entry, which complains on the console of a Node without an LTS label, as npm's has
 *  none. */
declare module 'oidc-provider/lib/provider.js' {
  export { default as Provider } from 'oidc-provider'
}
