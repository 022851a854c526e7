package io.sluice.provisioner.secret;

import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;

/** Seals values of secrets, and unseals them. May be used by many threads. */
public interface Vault {
  /** Without keys. */
  Vault NONE =
      new Vault() {
        @Override
        public String seal(SecretVersion secret, SecretValue value) {
          throw new SecretException(
              "secret %s can't be sealed: expected secrets.keys in this monitor's configuration, a file"
                      .formatted(secret.name())
                  + " that sluice secret keys create FILE makes");
        }

        @Override
        public SecretValue open(SealedSecret secret) {
          throw new SecretException(
              "secret %s of version %d can't be unsealed: expected secrets.keys in the configuration of the"
                      .formatted(secret.name(), secret.version())
                  + " monitor that leads, the file of keys that it was sealed under");
        }
      };

  /**
   * The value, sealed as what it is, in Base64.
   *
   * @throws SecretException if there are no keys
   */
  String seal(SecretVersion secret, SecretValue value);

  /**
   * The value that was sealed.
   *
   * @throws SecretException if there are no keys, none of them is the right one, or it was sealed
   *     as another secret or version
   */
  SecretValue open(SealedSecret secret);
}
