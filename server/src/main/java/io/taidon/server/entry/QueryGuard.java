package io.taidon.server.entry;

import io.taidon.core.error.TaidonException;
import io.taidon.server.error.Errors;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Refuses query parameters that a route does not have, so that a mistyped {@code dry_run} never
 * becomes a deletion.
 */
@Provider
public final class QueryGuard implements ContainerRequestFilter {
  private final ResourceInfo route;

  private final Map<Method, SortedSet<String>> known = new ConcurrentHashMap<>();

  QueryGuard(@Context ResourceInfo route) {
    this.route = route;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    var given = request.getUriInfo().getQueryParameters().keySet();
    Method method = given.isEmpty() ? null : route.getResourceMethod();
    if (method == null) {
      return;
    }
    SortedSet<String> allowed = known.computeIfAbsent(method, QueryGuard::parameters);
    for (String name : given) {
      if (!allowed.contains(name)) {
        throw unknown(name, allowed);
      }
    }
  }

  private static TaidonException unknown(String name, SortedSet<String> allowed) {
    TaidonException mistake =
        Errors.invalid(name, "The route has no query parameter \"" + name + "\".");
    return allowed.isEmpty()
        ? mistake
        : mistake.remedy("Its parameters are " + String.join(", ", allowed) + ".");
  }

  private static SortedSet<String> parameters(Method method) {
    return Arrays.stream(method.getParameters())
        .map((Parameter parameter) -> parameter.getAnnotation(QueryParam.class))
        .filter(Objects::nonNull)
        .map(QueryParam::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
