package io.taidon.node.slot;

import io.taidon.node.name.Refusals;
import io.taidon.node.name.Uid;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a kubelet wants a volume: {@code <kubelet
 * directory>/pods/<uid>/volumes/kubernetes.io~csi/<name>/mount}. Nothing else is ever mounted on or
 * unmounted.
 */
public record Target(Path path, Uid podUid) {
  private static final Pattern INSIDE =
      Pattern.compile(
          "/pods/([0-9a-f-]{36})/volumes/kubernetes\\.io~csi/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/mount");

  /**
   * @param kubelet the kubelet's directory
   * @param text the path that the kubelet sent
   */
  public static Target parse(Path kubelet, String text) {
    String prefix = kubelet.toString();
    Matcher matcher =
        INSIDE.matcher(text.startsWith(prefix) ? text.substring(prefix.length()) : "");
    if (!matcher.matches()) {
      throw Refusals.invalid(
          "The target path "
              + Refusals.shown(text)
              + " is not a pod's CSI volume under "
              + kubelet
              + ".");
    }
    return new Target(Path.of(text), new Uid(matcher.group(1)));
  }
}
