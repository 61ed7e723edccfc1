package ru.vremenagoda.ffi.support

import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import ru.vremenagoda.ffi.Appeals
import ru.vremenagoda.ffi.AppealsListener
import ru.vremenagoda.ffi.AppealsSnapshot
import ru.vremenagoda.ffi.Card
import ru.vremenagoda.ffi.CardListener
import ru.vremenagoda.ffi.Events
import ru.vremenagoda.ffi.EventsListener
import ru.vremenagoda.ffi.EventsSnapshot
import ru.vremenagoda.ffi.Feed
import ru.vremenagoda.ffi.FeedListener
import ru.vremenagoda.ffi.FeedSnapshot
import ru.vremenagoda.ffi.Home
import ru.vremenagoda.ffi.HomeListener
import ru.vremenagoda.ffi.HomeSnapshot
import ru.vremenagoda.ffi.Notices
import ru.vremenagoda.ffi.NoticesListener
import ru.vremenagoda.ffi.NoticesSnapshot
import ru.vremenagoda.ffi.Outbox
import ru.vremenagoda.ffi.Programme
import ru.vremenagoda.ffi.ProgrammeListener
import ru.vremenagoda.ffi.ProgrammeSnapshot
import ru.vremenagoda.ffi.QueueListener
import ru.vremenagoda.ffi.QueueSnapshot
import ru.vremenagoda.ffi.Receipts
import ru.vremenagoda.ffi.ReceiptsListener
import ru.vremenagoda.ffi.ReceiptsSnapshot
import ru.vremenagoda.ffi.Reminders
import ru.vremenagoda.ffi.RemindersListener
import ru.vremenagoda.ffi.RemindersSnapshot
import ru.vremenagoda.ffi.Subscription
import ru.vremenagoda.ffi.Wallet

internal fun Events.snapshots(): Flow<EventsSnapshot> = snapshots { emit ->
    observe(object : EventsListener {
        override fun onEvents(snapshot: EventsSnapshot) = emit(snapshot)
    })
}

internal fun Feed.snapshots(): Flow<FeedSnapshot> = snapshots { emit ->
    observe(object : FeedListener {
        override fun onFeed(snapshot: FeedSnapshot) = emit(snapshot)
    })
}

internal fun Home.snapshots(): Flow<HomeSnapshot> = snapshots { emit ->
    observe(object : HomeListener {
        override fun onHome(snapshot: HomeSnapshot) = emit(snapshot)
    })
}

internal fun Notices.snapshots(): Flow<NoticesSnapshot> = snapshots { emit ->
    observe(object : NoticesListener {
        override fun onNotices(snapshot: NoticesSnapshot) = emit(snapshot)
    })
}

internal fun Outbox.snapshots(): Flow<QueueSnapshot> = snapshots { emit ->
    observe(object : QueueListener {
        override fun onQueue(snapshot: QueueSnapshot) = emit(snapshot)
    })
}

internal fun Programme.snapshots(): Flow<ProgrammeSnapshot> = snapshots { emit ->
    observe(object : ProgrammeListener {
        override fun onProgramme(snapshot: ProgrammeSnapshot) = emit(snapshot)
    })
}

internal fun Receipts.snapshots(): Flow<ReceiptsSnapshot> = snapshots { emit ->
    observe(object : ReceiptsListener {
        override fun onReceipts(snapshot: ReceiptsSnapshot) = emit(snapshot)
    })
}

internal fun Appeals.snapshots(): Flow<AppealsSnapshot> = snapshots { emit ->
    observe(object : AppealsListener {
        override fun onAppeals(snapshot: AppealsSnapshot) = emit(snapshot)
    })
}

internal fun Reminders.snapshots(): Flow<RemindersSnapshot> = snapshots { emit ->
    observe(object : RemindersListener {
        override fun onReminders(snapshot: RemindersSnapshot) = emit(snapshot)
    })
}

internal fun Wallet.cards(): Flow<Card?> = snapshots { emit ->
    observe(object : CardListener {
        override fun onCard(card: Card?) = emit(card)
    })
}

private fun <T> snapshots(subscribe: ((T) -> Unit) -> Subscription): Flow<T> = callbackFlow {
    val subscription = subscribe { trySend(it) }
    awaitClose { subscription.use { it.cancel() } }
}.conflate()
