/**
 * Where a store lies: in a directory, in an image file of its own or on a block device. Makes the
 * file system of an image or device, mounts it, and mounts it again when the machine was started
 * anew.
 */
@NullMarked
package io.taidon.engine.volume;

import org.jspecify.annotations.NullMarked;
