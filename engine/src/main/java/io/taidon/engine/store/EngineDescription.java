package io.taidon.engine.store;

/**
 * The PostgreSQL engine of a state, as people and later versions of this program need it. The state
 * id is the authority; this is provenance.
 *
 * @param version the server version, for example {@code 17.11}
 * @param identityJson the lines of the engine identity as one JSON object
 */
public record EngineDescription(String version, String identityJson) {}
