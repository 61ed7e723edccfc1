package ru.vremenagoda.kit

import ru.vremenagoda.ffi.SyncReport
import ru.vremenagoda.ffi.Sync as CoreSync

/** Pulls what the gallery knows. */
public class Sync internal constructor(internal val core: CoreSync) {
    /** Pulls everything now. What fails keeps nothing else back: the first failure is thrown at the end. */
    public suspend fun pull(): SyncReport = core.calling { pull() }

    /** Pulls what the [hint] of a push names, passed on as it came. */
    public suspend fun pullHinted(hint: String): SyncReport = core.calling { pullHinted(hint) }
}
