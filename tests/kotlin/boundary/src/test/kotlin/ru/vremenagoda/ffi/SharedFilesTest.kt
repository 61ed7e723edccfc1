package ru.vremenagoda.ffi

import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

/** An app and its extension: the same files, opened twice. */
class SharedFilesTest {
    @Test
    fun `while one sends the other does not, and goes on as soon as the one is paused`() = inGallery {
        val app = signedIn()
        val extension = extension(app)
        app.capture(receiptText(1))
        extension.capture(receiptText(2))
        assertInstanceOf<Capture.AlreadyKnown>(extension.receipts.captureText(receiptText(1)))
        admin.network(true, "never")
        coroutineScope {
            val sending = async { runCatching { app.outbox.drain(DrainBudget()) } }
            eventually("a request that is not answered") { admin.requests("POST", RECEIPTS) == 1L }
            val meanwhile = extension.outbox.drain(DrainBudget())
            assertEquals(listOf(0u, 2u, Stop.ANOTHER_PROCESS), meanwhile.run { listOf(sent, remaining, stopped) })
            assertNotNull(meanwhile.nextDue)
            app.core.pause()
            extension.drained()
            assertEquals(2, admin.receipts().size)
            // The one's request comes to its end, so that this test does.
            admin.network(false)
            assertInstanceOf<CoreException.Paused>(sending.await().exceptionOrNull())
        }
        admin.network(true)
        app.core.resume()
        assertEquals(DrainReport(0u, 0u, null, null), app.outbox.drain(DrainBudget()))
        assertTrue(app.receipts.page(null, 10u).all { it.state == ReceiptState.PENDING })
    }

    @Test
    fun `both send at once, and every receipt arrives once`() = inGallery {
        val app = signedIn()
        val both = listOf(app, extension(app))
        val receipts = 20
        coroutineScope {
            both.forEachIndexed { place, phone ->
                launch { for (number in 1..receipts) phone.capture(receiptText(number * 2 + place)) }
            }
        }
        coroutineScope { for (phone in both) launch { phone.sendsAll() } }
        assertEquals(2 * receipts, admin.receipts().size)
        assertEquals(2L * receipts, admin.requests("POST", RECEIPTS), "each is sent once, by whoever has the turn")
        for (phone in both) {
            assertEquals(emptyList<QueueItem>(), phone.outbox.page(0, 10u))
            assertTrue(phone.receipts.page(null, 200u).all { it.state == ReceiptState.PENDING })
        }
    }

    private suspend fun Gallery.extension(app: Phone): Phone = phone(app.config, app.lent)

    /** Sends for as long as anything is left, a few at a time, so that the turn changes. */
    private suspend fun Phone.sendsAll() {
        eventually("an empty queue") {
            val report = outbox.drain(DrainBudget(entries = 3u))
            assertTrue(report.stopped in listOf(null, Stop.BUDGET_SPENT, Stop.ANOTHER_PROCESS), "$report")
            report.remaining == 0u
        }
    }
}

private const val RECEIPTS = "/v1/receipts"
