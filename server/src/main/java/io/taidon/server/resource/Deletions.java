package io.taidon.server.resource;

import io.taidon.engine.DeleteResult;
import org.jboss.resteasy.reactive.RestResponse;

/** How a deletion answers: 409 when something blocked it, 200 otherwise and for every dry run. */
final class Deletions {
  private Deletions() {}

  static RestResponse<DeleteResult> answer(DeleteResult result) {
    boolean blocked = "blocked".equals(result.outcome()) && !result.dryRun();
    return RestResponse.status(
        blocked ? RestResponse.Status.CONFLICT : RestResponse.Status.OK, result);
  }
}
