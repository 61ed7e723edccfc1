package ru.vremenagoda.ffi

import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.Thrown
import ru.vremenagoda.ffi.support.cards
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.listeners
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.ffi.support.tellsOf
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class ListenersTest {
    @ParameterizedTest
    @EnumSource
    fun `a listener that throws is logged, and called again with the next snapshot`(thrown: Thrown) = inGallery {
        val phone = phone()
        phone.core.pause()
        phone.losesFirstPage()
        phone.core.resume()
        signIn(phone)
        phone.sync.pull()
        points(phone)
        phone.appeals.submit(rejected(phone).localId, NewAppeal(""))
        phone.showsEverything()
        val heard = ConcurrentHashMap<String, Int>()
        val subscriptions = phone.listeners { name ->
            heard.merge(name, 1, Int::plus)
            throw thrown.byPort()
        }
        eventually("each was called") { heard.size == subscriptions.size }
        phone.account.signOut()
        phone.notices.list().forEach { phone.notices.dismiss(it.noticeId) }
        eventually("each was called again") { heard.values.all { it >= 2 } }
        eventually("a line for each") {
            phone.lent.log.records.count { it.event == "listener-failed" } >= 2 * subscriptions.size
        }
        subscriptions.forEach { it.use { subscription -> subscription.cancel() } }
        phone.tellsOf("WARN observe: listener-failed detail=", thrown)
    }

    @Test
    fun `a listener may ask the core, capture, and end itself`() = inGallery {
        val phone = signedIn()
        val answer = CompletableDeferred<Int>()
        val own = CompletableDeferred<Subscription>()
        val subscription = phone.receipts.observe(object : ReceiptsListener {
            override fun onReceipts(snapshot: ReceiptsSnapshot) = runBlocking {
                own.await().cancel()
                phone.capture(receiptText(1))
                answer.complete(phone.receipts.page(null, 10u).size)
                Unit
            }
        })
        own.complete(subscription)
        assertEquals(1, answer.await())
        subscription.close()
    }

    @Test
    fun `a listener may close the app, and be the last to hold it`() = inGallery {
        val phone = signedIn()
        val own = CompletableDeferred<Subscription>()
        val subscription = phone.home.observe(object : HomeListener {
            override fun onHome(snapshot: HomeSnapshot) = runBlocking {
                val last = own.await()
                phone.close()
                last.close()
            }
        })
        own.complete(subscription)
        eventually("the files are closed") { Machine.openFiles(Path.of(phone.config.directory)) == 0 }
    }

    @Test
    fun `a call within a listener's call is answered`() = inGallery {
        val phone = signedIn()
        val asked = CompletableDeferred<Unit>()
        val listener = object : HomeListener {
            override fun onHome(snapshot: HomeSnapshot) {
                runBlocking { repeat(10) { phone.home.snapshot() } }
                asked.complete(Unit)
            }
        }
        phone.home.observe(listener).use { asked.await() }
        withContext(Dispatchers.Unconfined) { repeat(10) { phone.home.snapshot() } }
    }

    @Test
    fun `a thread of the core is one thread here too, in each of its calls and in those within them`() = inGallery {
        val phone = signedIn()
        val heard = AtomicInteger()
        val seen = SeenThreads()
        val listener = object : ReceiptsListener {
            override fun onReceipts(snapshot: ReceiptsSnapshot) {
                seen.note()
                runBlocking { phone.home.snapshot() }
                seen.note()
                heard.set(snapshot.queued.toInt())
            }
        }
        phone.receipts.observe(listener).use {
            for (number in 1..50) {
                phone.capture(receiptText(number))
                eventually("its snapshot") { heard.get() == number }
            }
        }
        withContext(Dispatchers.Unconfined) {
            repeat(50) {
                phone.home.snapshot()
                seen.note()
            }
        }
        seen.wereAttachedOnce()
    }

    @Test
    fun `listeners that take their time hold up no call, however many they are`() = inGallery {
        val phone = signedIn()
        val (entered, release) = List(2) { CountDownLatch(1) }
        val subscriptions = List(2) {
            phone.listeners {
                entered.countDown()
                release.await()
            }
        }.flatten()
        try {
            entered.await()
            // By the last of them every listener has had its turn to take a thread.
            withTimeout(PATIENCE.toMillis()) {
                for (number in 1..50) phone.capture(receiptText(number))
            }
        } finally {
            release.countDown()
            subscriptions.forEach { it.close() }
        }
    }

    @Test
    fun `the latest wins, where a listener takes its time`() = inGallery {
        val phone = signedIn()
        val (entered, release) = List(2) { CountDownLatch(1) }
        val heard = ConcurrentHashMap.newKeySet<UInt>()
        val subscription = phone.receipts.observe(object : ReceiptsListener {
            override fun onReceipts(snapshot: ReceiptsSnapshot) {
                heard.add(snapshot.queued)
                entered.countDown()
                release.await()
            }
        })
        entered.await()
        for (number in 1..20) phone.capture(receiptText(number))
        release.countDown()
        eventually("the newest snapshot") { 20u in heard }
        assertTrue(heard.size < 20, "$heard")
        subscription.close()
    }

    /** Threads as the operating system numbers them, with what they were here. */
    private class SeenThreads {
        private val objects = ConcurrentHashMap<String, MutableSet<Thread>>()
        private val notes = AtomicInteger()

        fun note() {
            notes.incrementAndGet()
            objects.computeIfAbsent(Machine.thread()) { ConcurrentHashMap.newKeySet() }.add(Thread.currentThread())
        }

        fun wereAttachedOnce() {
            assertTrue(objects.values.all { it.size == 1 }, "$objects")
            assertTrue(objects.size * 5 < notes.get(), "too few calls of each: ${objects.size} of ${notes.get()}")
        }
    }

    /** Whatever changes from now on is a new snapshot. */
    private suspend fun Phone.showsEverything() {
        appeals.snapshots().until("the appeal") { it.appeals.isNotEmpty() }
        events.snapshots().until("the events") { it.events.isNotEmpty() }
        feed.snapshots().until("the feed") { it.items.isNotEmpty() }
        programme.snapshots().until("the tier") { it.tier != null }
        receipts.snapshots().until("the receipt") { it.recent.isNotEmpty() }
        notices.snapshots().until("the notice") { it.notices.isNotEmpty() }
        wallet.cards().until("the card") { it != null }
        outbox.snapshots().until("the queue") { it.items.isNotEmpty() }
        reminders.snapshots().until("the plan") { it.plan.isNotEmpty() }
        home.snapshots().until("the first screen") { it.member != null && it.queue.waiting == 1u }
    }
}
