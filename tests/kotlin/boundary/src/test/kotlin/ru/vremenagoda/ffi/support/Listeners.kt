package ru.vremenagoda.ffi.support

import ru.vremenagoda.ffi.AppealsListener
import ru.vremenagoda.ffi.AppealsSnapshot
import ru.vremenagoda.ffi.Card
import ru.vremenagoda.ffi.CardListener
import ru.vremenagoda.ffi.EventsListener
import ru.vremenagoda.ffi.EventsSnapshot
import ru.vremenagoda.ffi.FeedListener
import ru.vremenagoda.ffi.FeedSnapshot
import ru.vremenagoda.ffi.HomeListener
import ru.vremenagoda.ffi.HomeSnapshot
import ru.vremenagoda.ffi.NoticesListener
import ru.vremenagoda.ffi.NoticesSnapshot
import ru.vremenagoda.ffi.ProgrammeListener
import ru.vremenagoda.ffi.ProgrammeSnapshot
import ru.vremenagoda.ffi.QueueListener
import ru.vremenagoda.ffi.QueueSnapshot
import ru.vremenagoda.ffi.ReceiptsListener
import ru.vremenagoda.ffi.ReceiptsSnapshot
import ru.vremenagoda.ffi.RemindersListener
import ru.vremenagoda.ffi.RemindersSnapshot
import ru.vremenagoda.ffi.Subscription

/** A listener of each kind, which calls `heard` with its name. */
internal fun Phone.listeners(heard: (String) -> Unit): List<Subscription> = listOf(
    appeals.observe(object : AppealsListener {
        override fun onAppeals(snapshot: AppealsSnapshot) = heard("appeals")
    }),
    events.observe(object : EventsListener {
        override fun onEvents(snapshot: EventsSnapshot) = heard("events")
    }),
    feed.observe(object : FeedListener {
        override fun onFeed(snapshot: FeedSnapshot) = heard("feed")
    }),
    home.observe(object : HomeListener {
        override fun onHome(snapshot: HomeSnapshot) = heard("home")
    }),
    notices.observe(object : NoticesListener {
        override fun onNotices(snapshot: NoticesSnapshot) = heard("notices")
    }),
    outbox.observe(object : QueueListener {
        override fun onQueue(snapshot: QueueSnapshot) = heard("queue")
    }),
    programme.observe(object : ProgrammeListener {
        override fun onProgramme(snapshot: ProgrammeSnapshot) = heard("programme")
    }),
    receipts.observe(object : ReceiptsListener {
        override fun onReceipts(snapshot: ReceiptsSnapshot) = heard("receipts")
    }),
    reminders.observe(object : RemindersListener {
        override fun onReminders(snapshot: RemindersSnapshot) = heard("reminders")
    }),
    wallet.observe(object : CardListener {
        override fun onCard(card: Card?) = heard("card")
    }),
)
