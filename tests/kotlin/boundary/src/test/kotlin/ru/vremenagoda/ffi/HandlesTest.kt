package ru.vremenagoda.ffi

import java.lang.ref.WeakReference
import java.nio.ByteBuffer
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.Machine
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.eventually
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class HandlesTest {
    @Test
    fun `an app that nobody holds any more closes its files and lets go of its ports`() = inGallery {
        val config = config()
        val port = openedAndDropped(config)
        eventually("the files are closed") { collected { Machine.openFiles(Path.of(config.directory)) == 0 } }
        eventually("the port is let go") { collected { port.get() == null } }
    }

    @Test
    fun `a subscription that nobody holds any more ends`() = inGallery {
        val phone = signedIn()
        val listener = observedAndDropped(phone)
        eventually("the listener is let go") { collected { listener.get() == null } }
        phone.capture(receiptText(1))
    }

    @Test
    fun `what an app handed out works on when the app itself is let go`() = inGallery {
        val core = VremenaCore.open(config(), Lent().ports())
        val home = core.home()
        core.close()
        assertEquals(null, home.snapshot().member)
        val snapshots = home.snapshots()
        home.use { snapshots.until("a snapshot") { it.member == null } }
    }

    @Test
    fun `a closed handle says so, and closing it again is no error`() = inGallery {
        val phone = signedIn()
        val receipts = phone.core.receipts()
        val camera = phone.scanner.live()
        val subscription = phone.home.observe(Heard())
        listOf(receipts, camera, subscription).forEach { handle -> repeat(2) { handle.close() } }
        assertTrue(receipts.uniffiIsDestroyed)
        assertThrows<IllegalStateException> { receipts.page(null, 10u) }
        assertThrows<IllegalStateException> { receipts.captureText(receiptText(1)) }
        assertThrows<IllegalStateException> { camera.forget() }
        assertThrows<IllegalStateException> { subscription.cancel() }
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
    }

    @Test
    fun `a call in flight comes to its end though its handle is closed`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        val gate = phone.lent.connectivity.closeGate()
        val outbox = phone.core.outbox()
        coroutineScope {
            val drained = async { outbox.drain(DrainBudget()) }
            gate.reached()
            outbox.close()
            gate.open()
            assertEquals(1u, drained.await().sent)
        }
    }

    @Test
    fun `a cancelled subscription hears nothing more, and cancelling it again is no error`() = inGallery {
        val phone = signedIn()
        val (cancelled, other) = List(2) { Heard() }
        phone.home.observe(other).use {
            val subscription = phone.home.observe(cancelled)
            eventually("both were called") { cancelled.count.get() > 0 && other.count.get() > 0 }
            repeat(2) { subscription.cancel() }
            val (before, others) = cancelled.count.get() to other.count.get()
            phone.capture(receiptText(1))
            eventually("the other one is called") { other.count.get() > others }
            phone.account.signOut()
            eventually("the other one is called again") { other.count.get() > others + 1 }
            assertEquals(before, cancelled.count.get())
            subscription.close()
        }
    }

    @Test
    fun `a buffer on the heap is looked at like any other, and costs no handle`() = inGallery {
        val phone = phone()
        val scarf = Picture.named("06-scarf.png")
        val seen = assertInstanceOf<PictureOutcome.Codes>(phone.scanner.picture(scarf.bytes().onHeap()))
        assertEquals(scarf.text, seen.codes[seen.best.toInt()].text)
        phone.scanner.live().use { camera ->
            val frame = scarf.frame()
            val onHeap = Frame(frame.luma.onHeap(), frame.width, frame.height, frame.stride)
            assertEquals(listOf(scarf.text), onHeap.shownTo(camera).codes.map { it.text })
        }
        phone.close()
        eventually("the files are closed") { Machine.openFiles(Path.of(phone.config.directory)) == 0 }
    }

    @Test
    fun `half a character is no receipt like other text, and costs no handle`() = inGallery {
        val phone = signedIn()
        val outcome = phone.receipts.captureText("чек \uD83E")
        assertEquals("not_a_receipt", assertInstanceOf<Capture.NotAccepted>(outcome).reason)
        phone.close()
        eventually("the files are closed") { Machine.openFiles(Path.of(phone.config.directory)) == 0 }
    }

    private class Heard : HomeListener {
        val count = AtomicInteger()

        override fun onHome(snapshot: HomeSnapshot) {
            count.incrementAndGet()
        }
    }

    private fun ByteBuffer.onHeap(): ByteBuffer = ByteBuffer.allocate(remaining()).put(duplicate()).flip()

    /** Apart, so that no variable of the test keeps the handle. */
    private suspend fun Gallery.openedAndDropped(config: Config): WeakReference<Any> {
        val lent = Lent()
        val core = VremenaCore.open(config, lent.ports())
        core.receipts()
        assertTrue(Machine.openFiles(Path.of(config.directory)) > 0)
        return WeakReference(lent.secureStore)
    }

    private suspend fun observedAndDropped(phone: Phone): WeakReference<Any> {
        val listener = Heard()
        phone.home.observe(listener)
        eventually("it was called") { listener.count.get() > 0 }
        return WeakReference(listener)
    }

    private fun collected(holds: () -> Boolean): Boolean {
        System.gc()
        return holds()
    }
}
