package ru.vremenagoda.ffi

import java.lang.ref.WeakReference
import java.nio.ByteBuffer
import java.time.Instant
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.meant
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.direct

class ScannerTest {
    private val scarf = Picture.named("06-scarf.png")

    @Test
    fun `every committed picture brings what its list says`() = inGallery {
        val scanner = phone().scanner
        for (picture in Picture.all) {
            when (val seen = scanner.picture(picture.bytes())) {
                is PictureOutcome.Codes -> {
                    val code = seen.codes[seen.best.toInt()]
                    assertEquals(picture.text, code.text, picture.file)
                    assertEquals(picture.isReceipt, code.content is CodeContent.Receipt, picture.file)
                    assertEquals(4, code.corners.size, picture.file)
                    assertTrue(code.corners.all { it.x >= 0 && it.y >= 0 }, picture.file)
                }
                is PictureOutcome.NoCode -> assertEquals("12-no-code.jpg", picture.file)
                is PictureOutcome.NoPicture -> {
                    assertEquals("17-broken.jpg" to "truncated", picture.file to seen.reason)
                    assertEquals(NextStep.CHOOSE_ANOTHER_PICTURE, seen.explanation.nextStep)
                }
            }
        }
    }

    @Test
    fun `a code says what is printed, with zeros at the front of a number, and in Moscow's time`() = inGallery {
        val code = phone().scanner.meant(Picture.named("05-perfume.jpg"))
        val content = assertInstanceOf<CodeContent.Receipt>(code.content)
        val printed = FiscalReceipt(
            driveNumber = "000110482935",
            documentNumber = 7716u,
            fiscalSign = 403918275u,
            total = 3_999_000,
            issuedAt = Instant.parse("2026-03-12T13:05:00Z"),
            operation = ReceiptOperation.SALE,
        )
        assertEquals(printed, content.receipt)
    }

    @Test
    fun `what is no receipt says why, in the app's language`() = inGallery {
        val scanner = phone(config(language = Language.EN)).scanner
        val code = scanner.meant(Picture.named("09-foreign.jpg"))
        val content = assertInstanceOf<CodeContent.NotAReceipt>(code.content)
        assertEquals("foreign_receipt", content.reason)
        assertTrue(content.explanation.sentence.any { it in 'a'..'z' }, content.explanation.sentence)
    }

    @Test
    fun `a code held in view is reported once, and once more when it was forgotten`() = inGallery {
        val frame = scarf.frame()
        phone().scanner.live().use { camera ->
            assertEquals(scarf.text, frame.shownTo(camera).run { codes[fresh!!.toInt()].text })
            val held = frame.shownTo(camera)
            assertNull(held.fresh)
            assertEquals(listOf(scarf.text), held.codes.map { it.text })
            camera.forget()
            assertEquals(0u, frame.shownTo(camera).fresh)
        }
    }

    @Test
    fun `a camera that lies on its side shows the same places`() = inGallery {
        val scanner = phone().scanner
        val upright = scanner.live().use { scarf.frame().shownTo(it) }.codes.single()
        val turned = scanner.live().use { scarf.frame().turned().shownTo(it, Rotation.QUARTER) }.codes.single()
        assertEquals(upright.text, turned.text)
        for ((expected, corner) in upright.corners.zip(turned.corners)) {
            assertEquals(expected.x, corner.x, 3f)
            assertEquals(expected.y, corner.y, 3f)
        }
    }

    @Test
    fun `a frame without a code says what would help, where the reason is seen`() = inGallery {
        suspend fun advised(frame: Frame): FrameOutcome = phone().scanner.live().use { camera ->
            // What a single frame shows is not told yet.
            assertNull(frame.shownTo(camera).advice)
            repeat(6) { frame.shownTo(camera) }
            frame.shownTo(camera)
        }
        val night = Frame.drawn(640, 480) { _, _ -> 2 }
        assertEquals(FrameOutcome(emptyList(), null, Advice.TOO_DARK, null), advised(night))
        val haze = Frame.drawn(640, 480) { x, _ -> x * 255 / 640 }
        assertEquals(Advice.TOO_BLURRED, advised(haze).advice)
        val paper = Frame.drawn(640, 480) { _, _ -> 200 }
        assertNull(advised(paper).advice)
    }

    @Test
    fun `a buffer's content begins at its position and ends at its limit, and both stay`() = inGallery {
        val scanner = phone().scanner
        val picture = scarf.bytes()
        val container = ByteBuffer.allocateDirect(picture.remaining() + 200)
        val onHeap = ByteBuffer.allocate(container.capacity())
        for (buffer in listOf(container, onHeap)) buffer.position(100).put(picture.duplicate()).flip().position(100)
        val all = listOf(container, onHeap).flatMap { listOf(it, it.slice(), it.asReadOnlyBuffer()) }
        for (content in all) {
            val before = content.position() to content.limit()
            val seen = assertInstanceOf<PictureOutcome.Codes>(scanner.picture(content))
            assertEquals(scarf.text, seen.codes[seen.best.toInt()].text)
            assertEquals(before, content.position() to content.limit())
        }
    }

    /** Compiled code forgets a buffer that it does not need any more, and its memory is used for something else. */
    @Test
    fun `a buffer that nobody else holds is there until the core has looked at it`() = inGallery {
        val (paper, noise) = ByteArray(32 * 32) to ByteArray(1_200 * 1_000) { (it * 31 / 7).toByte() }
        val collected = AtomicBoolean()
        val looking = AtomicReference<Looking?>()
        phone().scanner.live().use { camera ->
            repeat(5_000) { Looking().at(paper, 32u, camera) }
            looking.set(Looking())
            val collector = thread {
                while (true) {
                    val call = looking.get() ?: break
                    System.gc()
                    if (call.isForgotten()) collected.set(true)
                }
            }
            repeat(20) {
                val call = Looking()
                looking.set(call)
                call.at(noise, 1_200u, camera)
            }
            looking.set(null)
            collector.join()
        }
        assertFalse(collected.get())
    }

    @Test
    fun `bytes that are no picture are an outcome`() = inGallery {
        val scanner = phone().scanner
        for (bytes in listOf(ByteArray(0), "no picture at all".toByteArray(), ByteArray(100_000))) {
            val seen = assertInstanceOf<PictureOutcome.NoPicture>(scanner.picture(direct(bytes)))
            assertTrue(seen.reason.isNotEmpty() && ' ' in seen.explanation.sentence, "$seen")
        }
    }

    private class Looking {
        @Volatile
        private var buffer: WeakReference<ByteBuffer>? = null

        @Volatile
        private var over = false

        fun at(luma: ByteArray, width: UInt, camera: LiveScanner) {
            camera.frame(weakly(luma), width, luma.size.toUInt() / width, width, Rotation.NONE)
            over = true
        }

        fun isForgotten(): Boolean = buffer?.let { it.get() == null && !over } ?: false

        private fun weakly(luma: ByteArray): ByteBuffer = direct(luma).also { buffer = WeakReference(it) }
    }
}
