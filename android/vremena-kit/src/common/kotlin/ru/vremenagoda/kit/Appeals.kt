package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.Appeal
import ru.vremenagoda.ffi.AppealDraft
import ru.vremenagoda.ffi.AppealSubmission
import ru.vremenagoda.ffi.AppealsListener
import ru.vremenagoda.ffi.AppealsSnapshot
import ru.vremenagoda.ffi.CapturedPicture
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.NewAppeal
import ru.vremenagoda.ffi.Appeals as CoreAppeals

/** Appeals about receipts. */
public class Appeals internal constructor(internal val core: CoreAppeals, observing: Observing) {
    private val snapshots: Flow<AppealsSnapshot> = observing.flow(core) { heard ->
        observe(object : AppealsListener {
            override fun onAppeals(snapshot: AppealsSnapshot) = heard(snapshot)
        })
    }

    /** The appeals as all who look at once see them; `null` until the first snapshot. */
    public val state: StateFlow<AppealsSnapshot?> = observing.state(snapshots)

    /** The appeals, now and whenever they change. */
    public fun observe(): Flow<AppealsSnapshot> = snapshots

    /** The member's appeals, the newest first; from the phone alone. */
    public suspend fun list(): List<Appeal> = core.calling { list() }

    /**
     * What an appeal about this receipt would begin with, or why there can be none.
     * [CoreException.NotFound] where the member has no such receipt.
     */
    public suspend fun draft(localId: Long): AppealDraft = core.calling { draft(localId) }

    /**
     * Keeps the picture that a receipt was captured from, small and grey, until its verdict or an appeal's answer: call
     * it after each capture by a picture or a frame. Says whether it is kept.
     */
    public suspend fun keepPicture(localId: Long, picture: CapturedPicture): Boolean =
        core.calling { keepPicture(localId, picture) }

    /** Makes an appeal. Once it is queued it is on the disk, its photographs too. */
    public suspend fun submit(localId: Long, appeal: NewAppeal): AppealSubmission =
        core.calling { submit(localId, appeal) }
}
