package ru.vremenagoda.ffi

import app.cash.turbine.test
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

class PauseTest {
    @Test
    fun `pausing closes every file, and calls say so until the app resumes`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        repeat(2) { phone.core.pause() }
        phone.hasNoFileOpen()
        assertThrows<CoreException.Paused> { phone.receipts.captureText(receiptText(2)) }
        assertThrows<CoreException.Paused> { phone.receipts.page(null, 10u) }
        assertThrows<CoreException.Paused> { phone.outbox.drain(DrainBudget()) }
        assertThrows<CoreException.Paused> { phone.sync.pull() }
        assertThrows<CoreException.Paused> { phone.account.member() }
        repeat(2) { phone.core.resume() }
        phone.drained()
        assertEquals(ReceiptState.PENDING, phone.receipts.page(null, 10u).single().state)
    }

    @Test
    fun `captures in flight are captured or end in paused, and none is between`() = inGallery {
        val phone = signedIn()
        val numbers = 1..100
        val outcomes = coroutineScope {
            val calls = numbers.map { number ->
                async { runCatching { phone.receipts.captureText(receiptText(number)) } }
            }
            calls.first().await()
            phone.core.pause()
            phone.hasNoFileOpen()
            calls.awaitAll()
        }
        phone.core.resume()
        val captured = numbers.filter { outcomes[it - 1].getOrNull() is Capture.Captured }.toSet()
        val others = outcomes.mapNotNull { it.exceptionOrNull() }
        assertTrue(others.all { it is CoreException.Paused }, "$others")
        assertEquals(numbers.count(), captured.size + others.size)
        val kept = phone.receipts.page(null, 200u).map { it.identity?.documentNumber?.toInt() }
        assertEquals(captured, kept.toSet())
        assertEquals(kept.size, phone.outbox.page(0, 200u).size)
    }

    @Test
    fun `a request in flight loses nothing when the app is paused meanwhile`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        admin.slowNetwork(Duration.ofMillis(500))
        coroutineScope {
            val drained = async { runCatching { phone.outbox.drain(DrainBudget()) } }
            eventually("the receipt is on its way") { admin.requests("POST", "/v1/receipts") > 0 }
            phone.core.pause()
            phone.hasNoFileOpen()
            val ended = drained.await()
            assertTrue(ended.isSuccess || ended.exceptionOrNull() is CoreException.Paused, "$ended")
        }
        admin.network(true)
        phone.core.resume()
        phone.drained()
        assertEquals(1, admin.receipts().size)
        assertEquals(ReceiptState.PENDING, phone.receipts.page(null, 10u).single().state)
    }

    @Test
    fun `an observer lives through a pause`() = inGallery {
        val phone = signedIn()
        phone.receipts.snapshots().test(timeout = PATIENCE.toKotlinDuration()) {
            assertEquals(0u, awaitItem().queued)
            phone.core.pause()
            phone.core.resume()
            phone.capture(receiptText(1))
            var newest = awaitItem()
            while (newest.queued != 1u) newest = awaitItem()
            assertEquals(1, newest.recent.size)
            cancelAndIgnoreRemainingEvents()
        }
    }

    @Test
    fun `an app that was shut down is over, and the next one has its files to itself`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        repeat(2) { phone.core.shutDown() }
        phone.hasNoFileOpen()
        assertThrows<CoreException.Paused> { phone.core.resume() }
        assertThrows<CoreException.Paused> { phone.receipts.page(null, 10u) }
        phone.hasNoFileOpen()
        val next = restarted(phone)
        assertEquals(1, next.receipts.page(null, 10u).size)
    }

    @Test
    fun `pausing and resuming at once from everywhere leaves the app whole`() = inGallery {
        val phone = signedIn(config = config(Work.BY_ITSELF))
        coroutineScope {
            repeat(10) { number ->
                async { phone.core.pause() }
                async { phone.core.resume() }
                async { runCatching { phone.receipts.captureText(receiptText(number)) } }
            }
        }
        phone.core.resume()
        phone.capture(receiptText(99))
        eventually("the queue drains by itself") { phone.outbox.page(0, 200u).isEmpty() }
        assertEquals(admin.receipts().size, phone.receipts.page(null, 200u).size)
    }

    private fun Phone.hasNoFileOpen() {
        val directory = Path.of(config.directory)
        assertEquals(0, Machine.openFiles(directory))
        assertFalse(Files.exists(directory.resolve("member.db-wal")))
    }
}
