// What Node says of certificates that it does not trust, and what a person can do then.

export function isCertificateProblem(code: string): boolean {
  return /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|INVALID_)/.test(code);
}

export function afterCertificateProblem(code: string): string {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'it is for another host; check the endpoint, and whether something else answers in its place';
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'it has to be renewed, unless the clock of this machine is wrong';
    default:
      return "give the authority that signed it as the connection's caBundle or in AWS_CA_BUNDLE (a PEM file)";
  }
}
