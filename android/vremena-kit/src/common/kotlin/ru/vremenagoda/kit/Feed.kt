package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.FeedItem
import ru.vremenagoda.ffi.FeedItemId
import ru.vremenagoda.ffi.FeedListener
import ru.vremenagoda.ffi.FeedSnapshot
import ru.vremenagoda.ffi.Feed as CoreFeed

/** News and promotions. */
public class Feed internal constructor(internal val core: CoreFeed, observing: Observing) {
    private val snapshots: Flow<FeedSnapshot> = observing.flow(core) { heard ->
        observe(object : FeedListener {
            override fun onFeed(snapshot: FeedSnapshot) = heard(snapshot)
        })
    }

    /** The feed as all who look at once see it; `null` until the first snapshot. */
    public val state: StateFlow<FeedSnapshot?> = observing.state(snapshots)

    /** The feed, now and whenever it changes. */
    public fun observe(): Flow<FeedSnapshot> = snapshots

    /** What is for the member now, the newest first; from the phone alone. */
    public suspend fun items(): List<FeedItem> = core.calling { items() }

    /** Marks an item as read, here and on the member's other phones. Twice is no error. */
    public suspend fun markRead(itemId: FeedItemId): Unit = core.calling { markRead(itemId) }

    /**
     * The picture of an item, a JPEG, PNG or WebP: from the phone, or from the gallery the first time.
     * [CoreException.NotFound] where there is none, [CoreException.ContentRefused] where it was none.
     */
    public suspend fun picture(itemId: FeedItemId): ByteArray = core.calling { picture(itemId) }
}
