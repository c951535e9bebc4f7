package io.taidon.gateway.directory;

/**
 * A step on the way up, for the NOTICE that waiting clients see.
 *
 * @param sentence plain words, such as "cloning the state"
 */
public record WakeProgress(String sentence) {}
