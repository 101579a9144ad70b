export class InstallError extends Error {
  override name = "InstallError";
  readonly code = "install_refused";
}
