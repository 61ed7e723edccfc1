package ru.vremenagoda.stranger

import app.cash.turbine.test
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.stranger.support.inGallery
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class FlowsTest {
    private val Vremena.flows: Map<String, Flow<Any?>>
        get() = mapOf(
            "appeals" to appeals.observe(), "events" to events.observe(), "feed" to feed.observe(),
            "home" to home.observe(), "notices" to notices.observe(), "outbox" to outbox.observe(),
            "programme" to programme.observe(), "receipts" to receipts.observe(), "reminders" to reminders.observe(),
            "wallet" to wallet.observe(),
        )

    private val Vremena.states: Map<String, StateFlow<Any?>>
        get() = mapOf(
            "appeals" to appeals.state, "events" to events.state, "feed" to feed.state, "home" to home.state,
            "notices" to notices.state, "outbox" to outbox.state, "programme" to programme.state,
            "receipts" to receipts.state, "reminders" to reminders.state, "wallet" to wallet.state,
        )

    @Test
    fun `each tells how it is, at once, and its state is the same`() = inGallery {
        val app = signedIn().app
        for ((name, flow) in app.flows) {
            val present = flow.until(name) { true }
            assertEquals(present, app.states.getValue(name).until("$name's state") { it != null }, name)
        }
    }

    @Test
    fun `a change is told, and nothing after the collector has gone`() = inGallery {
        val phone = signedIn()
        phone.app.receipts.observe().test(timeout = kotlin.time.Duration.parse("30s")) {
            assertEquals(0u, awaitItem().queued)
            phone.capture(receiptText(1))
            assertEquals(1u, awaitItem().queued)
            cancelAndIgnoreRemainingEvents()
        }
        val heard = AtomicInteger()
        val collecting = CoroutineScope(Dispatchers.Default).launch {
            phone.app.receipts.observe().collect { heard.incrementAndGet() }
        }
        phone.app.receipts.observe().first()
        collecting.cancelAndJoin()
        val before = heard.get()
        phone.capture(receiptText(2))
        phone.app.receipts.observe().until("the capture") { it.queued == 2u }
        assertEquals(before, heard.get())
    }

    @Test
    fun `a collector that takes its time gets the latest`() = inGallery {
        val phone = signedIn()
        val (entered, release) = List(2) { CompletableDeferred<Unit>() }
        val heard = mutableListOf<UInt>()
        coroutineScope {
            val collecting = launch {
                phone.app.receipts.observe().first { snapshot ->
                    heard += snapshot.queued
                    entered.complete(Unit)
                    release.await()
                    snapshot.queued == 20u
                }
            }
            entered.await()
            for (number in 1..20) phone.capture(receiptText(number))
            phone.app.receipts.observe().until("all of them") { it.queued == 20u }
            release.complete(Unit)
            collecting.join()
        }
        // What lay ready, at most, and the latest.
        assertTrue(heard.size <= 3, "$heard")
    }

    @Test
    fun `a collector that throws gets its own exception, and harms nobody else`() = inGallery {
        val phone = signedIn()
        assertThrows<NoSuchElementException> {
            phone.app.receipts.observe().collect { throw NoSuchElementException("its own") }
        }
        phone.capture(receiptText(1))
        phone.app.receipts.observe().until("the capture") { it.queued == 1u }
        phone.app.receipts.state.until("the same") { it?.queued == 1u }
        assertTrue(phone.lent.log.complaints.isEmpty(), "${phone.lent.log.complaints}")
    }

    @Test
    fun `closing the app completes what is collected, and what is collected later`() = inGallery {
        val app = signedIn().app
        coroutineScope {
            val begun = app.flows.map { CompletableDeferred<Unit>() }
            val collectors = app.flows.values.zip(begun).map { (flow, begins) ->
                launch { flow.collect { begins.complete(Unit) } }
            }
            begun.forEach { it.await() }
            app.close()
            withTimeout(PATIENCE.toMillis()) { collectors.joinAll() }
        }
        for ((name, flow) in app.flows) assertEquals(emptyList<Any?>(), flow.toList(), name)
    }

    @Test
    fun `a state keeps what it last was while nobody looks, and is current when somebody does`() = inGallery {
        val phone = signedIn()
        val looking = CoroutineScope(Dispatchers.Default + Job())
        looking.launch { phone.app.home.state.collect {} }
        phone.app.home.state.until("the first screen") { it?.queue?.waiting == 0u }
        looking.cancel()
        assertNotNull(phone.app.home.state.value)
        phone.capture(receiptText(1))
        phone.app.home.state.until("what came in between") { it?.queue?.waiting == 1u }
    }
}
