package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.DrainBudget
import ru.vremenagoda.ffi.DrainReport
import ru.vremenagoda.ffi.QueueItem
import ru.vremenagoda.ffi.QueueListener
import ru.vremenagoda.ffi.QueueSnapshot
import ru.vremenagoda.ffi.Work
import ru.vremenagoda.ffi.Outbox as CoreOutbox

/** What members intended and the gallery has not answered yet. */
public class Outbox internal constructor(internal val core: CoreOutbox, observing: Observing) {
    private val snapshots: Flow<QueueSnapshot> = observing.flow(core) { heard ->
        observe(object : QueueListener {
            override fun onQueue(snapshot: QueueSnapshot) = heard(snapshot)
        })
    }

    /** The queue as all who look at once see it; `null` until the first snapshot. */
    public val state: StateFlow<QueueSnapshot?> = observing.state(snapshots)

    /** The queue, now and whenever it changes. */
    public fun observe(): Flow<QueueSnapshot> = snapshots

    /** The member's entries after [after] (0 = the oldest), at most [limit] (200). */
    public suspend fun page(after: Long = 0, limit: Int = PAGE): List<QueueItem> =
        core.calling { page(after, limit.size()) }

    /**
     * Sends until nothing is due, the [budget] is spent, or it makes no sense to go on: for background jobs, and for
     * whoever opened with [Work.ON_DEMAND]. Safe while the app itself is sending.
     */
    public suspend fun drain(budget: DrainBudget = DrainBudget()): DrainReport = core.calling { drain(budget) }

    /**
     * Lets an entry that could not be sent as it was be tried again.
     * [CoreException.NotFound] where it is none of those, or gone.
     */
    public suspend fun retry(entryId: Long): Unit = core.calling { retry(entryId) }

    /** Gives up such an entry, with what it changed on the phone: ask the member first. */
    public suspend fun discard(entryId: Long): Unit = core.calling { discard(entryId) }
}
