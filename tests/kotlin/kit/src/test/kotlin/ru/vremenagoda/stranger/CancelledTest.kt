package ru.vremenagoda.stranger

import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.stranger.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class CancelledTest {
    @Test
    fun `a capture cancelled at any moment is captured or is not, and the queue agrees`() = inGallery {
        val phone = signedIn()
        val moments = Random(20_260_314)
        coroutineScope {
            for (number in 1..100) {
                val call = launch(Dispatchers.Default) { phone.app.receipts.captureText(receiptText(number)) }
                LockSupport.parkNanos(moments.nextLong(3_000_000))
                call.cancelAndJoin()
            }
        }
        // Waits for the calls in flight, which nobody awaits any more.
        phone.app.pause()
        phone.app.resume()
        val receipts = phone.app.receipts.page(limit = 200)
        assertTrue(receipts.size in 1 until 100, "${receipts.size}")
        assertEquals(receipts.map { it.capturedAt }.sorted(), phone.app.outbox.page(limit = 200).map { it.createdAt }.sorted())
        phone.drained()
        assertEquals(receipts.size, admin.receipts().size)
    }

    @Test
    fun `opening that is cancelled at any moment leaves no app behind`() = inGallery {
        val config = config()
        val moments = Random(20_260_314)
        var opened = 0
        repeat(200) {
            coroutineScope {
                val app = CompletableDeferred<Vremena>()
                val opening = launch(Dispatchers.Default) { app.complete(Vremena.open(config, Lent().ports())) }
                LockSupport.parkNanos(moments.nextLong(6_000_000))
                opening.cancelAndJoin()
                if (app.isCompleted) {
                    opened++
                    app.await().shutDown()
                }
            }
        }
        assertTrue(opened < 200, "none was cancelled")
        eventually("the files are closed") {
            System.gc()
            Machine.openFiles(Path.of(config.directory)) == 0
        }
    }

    @Test
    fun `closing while calls are in flight ends each of them in an answer or in its error`() = inGallery {
        val phone = signedIn()
        coroutineScope {
            val calls = (1..50).map { number ->
                async(Dispatchers.Default) { runCatching { phone.app.receipts.captureText(receiptText(number)) } }
            }
            phone.app.close()
            for (outcome in calls.awaitAll()) {
                outcome.exceptionOrNull()?.let { assertTrue(it is ru.vremenagoda.ffi.CoreException.Paused, "$it") }
            }
        }
    }

    @Test
    fun `thirty-two threads at once, and what they did agrees in the end`() = inGallery {
        val phone = signedIn()
        val threads = 32
        Executors.newFixedThreadPool(threads).asCoroutineDispatcher().use { dispatcher ->
            coroutineScope {
                (1..threads).map { number ->
                    async(dispatcher) {
                        phone.capture(receiptText(number))
                        phone.app.receipts.observe().until("some") { it.queued > 0u }
                        phone.app.home.state.until("some") { it != null && it.queue.waiting > 0u }
                        assertEquals("100\u00a0₽", phone.app.texts.money(10_000))
                    }
                }.awaitAll()
            }
        }
        assertEquals(threads, phone.app.receipts.page(limit = 200).size)
        phone.drained()
        assertEquals(threads, admin.receipts().size)
        assertTrue(phone.lent.log.complaints.isEmpty(), "${phone.lent.log.complaints}")
    }

    @Test
    fun `an app that nobody holds any more is closed`() = inGallery {
        val config = config()
        suspend fun forget() {
            Vremena.open(config, Lent().ports()).home.snapshot()
        }
        forget()
        eventually("the files are closed") {
            System.gc()
            Machine.openFiles(Path.of(config.directory)) == 0
        }
    }
}
