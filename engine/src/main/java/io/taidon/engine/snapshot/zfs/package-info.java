/**
 * The backend that makes each cluster directory a ZFS dataset.
 *
 * <p>The store's root is the mount point of a dataset {@code R}. A cluster directory is a dataset
 * {@code R/taidon-<16 hex digits>}, and its property {@code mountpoint} is the one place that says
 * which directory it is; its own name says nothing. So a dataset appears in the store, moves and
 * disappears by one change of that property, which ZFS makes in one transaction:
 *
 * <ul>
 *   <li>a path: the dataset is the cluster directory there; when it is not mounted (after a crash,
 *       or an import with {@code -N}), {@link io.taidon.engine.snapshot.zfs.ZfsStore#settle} mounts
 *       it again;
 *   <li>{@code none}: the dataset is deleted, and {@code settle} destroys what is left of it.
 * </ul>
 *
 * <p>Commands for each operation:
 *
 * <ul>
 *   <li>create: {@code zfs create} at a staging name, {@code chmod}, {@code zfs set mountpoint}.
 *   <li>seal: {@code zfs set readonly=on}, {@code zfs set mountpoint}. Nothing is copied and
 *       nothing depends on the source afterwards.
 *   <li>clone: {@code zfs clone} of the state's snapshot {@code @state-<the dataset's digits>},
 *       which the first clone takes. No other dataset has a snapshot of that name, so {@code
 *       promote} finds no conflict.
 *   <li>snapshot: {@code zfs snapshot} of the source, {@code zfs clone} of that with {@code
 *       readonly=on}, {@code zfs destroy -d} of the snapshot, which then goes with its last clone.
 *       The snapshot is one point in time, so the source's server may run.
 *   <li>delete: {@code zfs destroy -r}. Where clones depend on the dataset, it is first hidden
 *       ({@code mountpoint=none}), its snapshots are marked with {@code destroy -d}, and {@code zfs
 *       promote} hands them to a clone. So parents and children go in any order, no clone is
 *       copied, and the last user of a snapshot takes it along.
 * </ul>
 *
 * <p>ZFS answers each command when its transaction is on the disk, so a sealed state is durable at
 * once. Space is what ZFS accounts: {@code used} where nothing depends on a directory, else what
 * its newest snapshot with clones does not hold.
 *
 * <p>Only commands that both OpenZFS and the old {@code zfs-fuse} (pool version 23) know are used:
 * no {@code rename -u}, no {@code set} of two properties at once, no {@code list -p}, no property
 * {@code clones} or {@code written}, no channel programs. On Linux only root can mount ZFS
 * datasets, {@code zfs allow} notwithstanding, so this backend needs root there.
 *
 * <p>Good properties of {@code R}, which all its datasets inherit and this backend leaves to the
 * administrator: {@code atime=off}, {@code compression=lz4}, {@code recordsize=16K} (PostgreSQL
 * writes 8 KiB pages), {@code com.sun:auto-snapshot=false}.
 */
@NullMarked
package io.taidon.engine.snapshot.zfs;

import org.jspecify.annotations.NullMarked;
