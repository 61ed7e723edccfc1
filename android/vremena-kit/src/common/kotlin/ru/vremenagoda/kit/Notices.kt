package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.Notice
import ru.vremenagoda.ffi.NoticesListener
import ru.vremenagoda.ffi.NoticesSnapshot
import ru.vremenagoda.ffi.Notices as CoreNotices

/** What the member must be told about the phone itself. */
public class Notices internal constructor(internal val core: CoreNotices, observing: Observing) {
    private val snapshots: Flow<NoticesSnapshot> = observing.flow(core) { heard ->
        observe(object : NoticesListener {
            override fun onNotices(snapshot: NoticesSnapshot) = heard(snapshot)
        })
    }

    /** The notices as all who look at once see them; `null` until the first snapshot. */
    public val state: StateFlow<NoticesSnapshot?> = observing.state(snapshots)

    /** The notices, now and whenever they change. */
    public fun observe(): Flow<NoticesSnapshot> = snapshots

    /** Those that were not put away, the newest first. */
    public suspend fun list(): List<Notice> = core.calling { list() }

    /** The member has read it. Twice is no error. */
    public suspend fun dismiss(noticeId: Long): Unit = core.calling { dismiss(noticeId) }
}
