package io.sluice.balancer.proxy;

import java.nio.file.Path;

/**
 * With what TLS is spoken; both files are read again when they change.
 *
 * @param certificate PEM file of the certificate, and of those that vouch for it
 * @param key PEM file of its private key, PKCS #8, without password
 */
public record TlsFiles(Path certificate, Path key) {}
