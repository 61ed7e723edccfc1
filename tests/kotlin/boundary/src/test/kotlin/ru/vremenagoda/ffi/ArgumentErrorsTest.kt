package ru.vremenagoda.ffi

import java.nio.ByteBuffer
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.direct

class ArgumentErrorsTest {
    private val typed = FiscalReceipt(
        driveNumber = "0007380440801290",
        documentNumber = 77u,
        fiscalSign = 1880975916u,
        total = 123_450,
        issuedAt = Instant.parse("2026-03-13T09:00:00Z"),
        operation = ReceiptOperation.SALE,
    )

    @Test
    fun `a drive number is digits, sixteen at most, and nothing is captured otherwise`() = inGallery {
        val phone = signedIn()
        for (number in listOf("", "12345678901234567", "12a", "１２３", " 1", "-1")) {
            val code = invalid { phone.receipts.capture(typed.copy(driveNumber = number), ReceiptSource.MANUAL) }
            assertEquals("drive_number", code, number)
        }
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
        val outcome = phone.receipts.capture(typed, ReceiptSource.MANUAL)
        val captured = assertInstanceOf<Capture.Captured>(outcome).receipt
        assertEquals(typed.driveNumber to ReceiptSource.MANUAL, captured.identity?.driveNumber to captured.source)
    }

    @Test
    fun `a day exists`() = inGallery {
        val texts = phone().texts
        for (day in listOf(CalendarDate(2026, 2u, 29u), CalendarDate(2026, 13u, 1u), CalendarDate(0, 0u, 0u))) {
            assertEquals("date", invalid { texts.day(day) }, "$day")
        }
        assertEquals("28 февраля 2026", texts.day(CalendarDate(2026, 2u, 28u)))
    }

    @Test
    fun `an instant beyond the calendar is held at its end`() = inGallery {
        val phone = signedIn(config = config(language = Language.EN))
        phone.receipts.capture(typed, ReceiptSource.MANUAL)
        val ends = listOf(
            Triple(Instant.MAX, " December 9999, ", "in_the_future") to 1,
            Triple(Instant.MIN, " January 1, ", "too_old") to 0,
        )
        for ((end, found) in ends) {
            val (instant, text, reason) = end
            assertTrue(text in phone.texts.instant(instant), phone.texts.instant(instant))
            assertEquals(found, phone.receipts.page(ReceiptPlace(instant, 0), 10u).size, text)
            val outcome = phone.receipts.capture(typed.copy(issuedAt = instant), ReceiptSource.MANUAL)
            assertEquals(reason, assertInstanceOf<Capture.NotAccepted>(outcome).reason)
        }
    }

    @Test
    fun `a frame is as large as it says, and the camera goes on after one that is not`() = inGallery {
        phone().scanner.live().use { camera ->
            val luma = direct(ByteArray(100 * 100))
            fun code(luma: ByteBuffer, width: UInt, height: UInt, stride: UInt) =
                invalid { camera.frame(luma, width, height, stride, Rotation.NONE) }
            assertEquals("empty", code(luma, 0u, 100u, 100u))
            assertEquals("empty", code(luma, 100u, 0u, 100u))
            assertEquals("bad_stride", code(luma, 100u, 100u, 99u))
            assertEquals("short_buffer", code(luma, 100u, 101u, 100u))
            assertEquals("short_buffer", code(direct(ByteArray(0)), 100u, 100u, 100u))
            assertEquals("too_large", code(luma, 100_000u, 100_000u, 100_000u))
            assertEquals("too_large", code(luma, UInt.MAX_VALUE, UInt.MAX_VALUE, UInt.MAX_VALUE))
            val scarf = Picture.named("06-scarf.png")
            assertEquals(listOf(scarf.text), scarf.frame().shownTo(camera).codes.map { it.text })
        }
    }

    @Test
    fun `a frame needs no row after its last`() = inGallery {
        val frame = Frame.drawn(64, 48) { _, _ -> 200 }
        phone().scanner.live().use { camera ->
            val luma = frame.luma.limit(frame.stride * 47 + 64).slice()
            assertEquals(0, Frame(luma, 64, 48, frame.stride).shownTo(camera).codes.size)
        }
    }

    /** The code with which a call was refused. */
    private inline fun invalid(call: () -> Any?): String = assertThrows<CoreException.InvalidArgument> { call() }.code
}
