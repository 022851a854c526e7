package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import java.util.List;

/**
 * A call that the monitor answers.
 *
 * @param method its method
 * @param path its path; a part in braces stands for any one segment
 * @param access who may make it
 * @param handler answers it
 * @param leaders whether only the leader can answer it, so that others pass it on; such a call has
 *     no parameters but those of its path
 * @param parameters what its query may hold, each once; whatever else stands there is refused,
 *     since a misspelt one would change the answer without a word
 */
record Route(
    Method method,
    String path,
    Access access,
    Handler handler,
    boolean leaders,
    List<String> parameters) {
  /** A call that any monitor answers by itself, to whoever asks. */
  static Route open(Method method, String path, Handler handler) {
    return new Route(method, path, Access.ANYBODY, handler, false, List.of());
  }

  /** A call of another monitor. */
  static Route peers(Method method, String path, Handler handler) {
    return new Route(method, path, Access.PEERS, handler, false, List.of());
  }

  /** A call that the leader answers. */
  static Route leaders(Method method, String path, Access access, Handler handler) {
    return new Route(method, path, access, handler, true, List.of());
  }

  /** The same call with parameters in its query. */
  Route with(String... names) {
    return new Route(method, path, access, handler, leaders, List.of(names));
  }
}
