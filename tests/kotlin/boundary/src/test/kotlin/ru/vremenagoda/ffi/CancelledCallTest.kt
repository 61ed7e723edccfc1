package ru.vremenagoda.ffi

import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText

class CancelledCallTest {
    private val captures = 200

    @Test
    fun `a capture cancelled at any moment is captured or is not, and the queue agrees`() = inGallery {
        val phone = signedIn()
        val returned = AtomicInteger()
        val moments = Random(20_260_314)
        coroutineScope {
            for (number in 1..captures) {
                val call = launch(Dispatchers.Default) {
                    phone.receipts.captureText(receiptText(number))
                    returned.incrementAndGet()
                }
                LockSupport.parkNanos(moments.nextLong(3_000_000))
                call.cancelAndJoin()
            }
        }
        // Waits for the calls in flight, which nobody awaits any more.
        phone.core.pause()
        phone.core.resume()

        val receipts = phone.receipts.page(null, 200u)
        val entries = phone.outbox.page(0, 200u)
        assertTrue(receipts.size in returned.get() until captures, "${receipts.size} of which $returned were awaited")
        assertTrue(returned.get() < receipts.size, "none was cancelled while it was carried out")
        assertTrue(entries.all { it.kind == "receipt" })
        assertEquals(receipts.map { it.capturedAt }.sorted(), entries.map { it.createdAt }.sorted())

        val captured = receipts.map { it.identity?.documentNumber?.toInt() }.toSet()
        for (number in 1..captures) {
            when (val again = phone.receipts.captureText(receiptText(number))) {
                is Capture.AlreadyKnown -> assertTrue(number in captured, "$number")
                is Capture.Captured -> assertTrue(number !in captured, "$number")
                is Capture.NotAccepted -> error("$again")
            }
        }
        phone.drained()
        assertEquals(captures, admin.receipts().size)
    }

    @Test
    fun `whoever cancels is free at once, and the call is done to its end`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        val gate = phone.lent.connectivity.closeGate()
        coroutineScope {
            val call = launch { phone.outbox.drain(DrainBudget()) }
            gate.reached()
            call.cancelAndJoin()
        }
        assertEquals(0, admin.requests("POST", "/v1/receipts"))
        gate.open()
        eventually("the answer is stored") { phone.outbox.page(0, 10u).isEmpty() }
        assertEquals(ReceiptState.PENDING, phone.receipts.page(null, 10u).single().state)
    }

    @Test
    fun `opening that is cancelled leaves no app behind that nobody can close`() = inGallery {
        val config = config()
        RacingDispatcher().use { dispatcher ->
            repeat(300) {
                val job = Job()
                dispatcher.cancels = job
                val opening = CoroutineScope(dispatcher + job).async { VremenaCore.open(config, Lent().ports()) }
                try {
                    opening.await().close()
                } catch (_: CancellationException) {
                    // Nothing was handed out, so there is nothing to close.
                }
            }
        }
        eventually("the files are closed") {
            // What was ready and never handed out belongs to nobody.
            System.gc()
            Machine.openFiles(Path.of(config.directory)) == 0
        }
    }

    /** Cancels while it resumes: the moment at which a result is ready and has not been handed out yet. */
    private class RacingDispatcher : CoroutineDispatcher(), AutoCloseable {
        private val resuming = Executors.newSingleThreadExecutor()
        private val cancelling = Executors.newSingleThreadExecutor()
        private val moments = Random(20_260_314)
        private var begun = false
        var cancels: Job? = null
            set(job) {
                begun = false
                field = job
            }

        override fun dispatch(context: CoroutineContext, block: Runnable) {
            val job = cancels.takeIf { begun }
            begun = true
            resuming.execute {
                val moment = moments.nextInt(500)
                cancelling.execute {
                    repeat(moment) { Thread.onSpinWait() }
                    job?.cancel()
                }
                block.run()
            }
        }

        override fun close() {
            resuming.shutdown()
            cancelling.shutdown()
        }
    }
}
