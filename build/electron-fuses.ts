/** Burnt into the binary (docs/tutorial/fuses.md): whoever can start the app gets the app, not a Node to run code in. */
export const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  // macOS and Windows check the archive against a digest in the binary; elsewhere it has no effect.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  // Nothing is loaded by file://.
  grantFileProtocolExtraPrivileges: false,
};
