/**
 * The first packets of a connection: PROXY header, negotiation of encryption, StartupMessage or
 * CancelRequest. What comes out is an {@link io.taidon.gateway.startup.Opening}; everything else
 * ends here.
 */
@NullMarked
package io.taidon.gateway.startup;

import org.jspecify.annotations.NullMarked;
