package io.taidon.gateway.bench;

/**
 * What came of one turn of a contender.
 *
 * @param rate transactions, connections or megabytes a second
 * @param p50 latency in microseconds; 0 if there is none
 * @param p99 latency in microseconds; 0 if there is none
 * @param cpu microseconds of processor time of the proxy for each transaction, connection or
 *     megabyte
 */
record Turn(double rate, double p50, double p99, double cpu) {}
