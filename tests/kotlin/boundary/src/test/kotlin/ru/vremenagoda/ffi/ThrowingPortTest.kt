package ru.vremenagoda.ffi

import java.time.Duration
import java.time.Instant
import java.time.LocalDateTime
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import ru.vremenagoda.ffi.support.Thrown
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.tellsOf
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.receiptText

class ThrowingPortTest {
    @ParameterizedTest
    @EnumSource
    fun `a secure store that does not load costs the call, and the app goes on`(thrown: Thrown) = inGallery {
        val phone = signedIn()
        phone.lent.secureStore.breaks("load", thrown.bySecureStore())
        assertThrows<CoreException.Locked> { phone.sync.pull() }
        phone.tellsOf("WARN ports: port-failed call=secure-store-load detail=", thrown)
        phone.lent.secureStore.isMended()
        phone.sync.pull()
    }

    @ParameterizedTest
    @EnumSource
    fun `a secure store that does not save leaves nobody signed in`(thrown: Thrown) = inGallery {
        val phone = phone()
        phone.consent()
        phone.account.requestCode(PHONE)
        val code = admin.code(PHONE)
        phone.lent.secureStore.breaks("save", thrown.bySecureStore())
        assertThrows<CoreException.Locked> { phone.account.signIn(PHONE, code) }
        phone.tellsOf("WARN ports: port-failed call=secure-store-save detail=", thrown)
        assertNull(phone.account.member())
        phone.lent.secureStore.isMended()
        timePasses(phone, Duration.ofMinutes(2))
        signIn(phone)
        phone.sync.pull()
    }

    @ParameterizedTest
    @EnumSource
    fun `a secure store that does not forget signs nobody out`(thrown: Thrown) = inGallery {
        val phone = signedIn()
        phone.lent.secureStore.breaks("remove", thrown.bySecureStore())
        assertThrows<CoreException.Locked> { phone.account.signOut() }
        phone.tellsOf("WARN ports: port-failed call=secure-store-remove detail=", thrown)
        assertNotNull(phone.account.member())
        phone.lent.secureStore.isMended()
        phone.account.signOut()
        assertNull(phone.account.member())
    }

    @ParameterizedTest
    @EnumSource
    fun `a network state that cannot be read counts as a network`(thrown: Thrown) = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        phone.lent.connectivity.online = false
        assertEquals(Stop.OFFLINE, phone.outbox.drain(DrainBudget()).stopped)
        phone.lent.connectivity.breaks("isOnline", thrown.byPort())
        assertEquals(1u, phone.outbox.drain(DrainBudget()).sent)
        phone.tellsOf("WARN ports: port-failed call=connectivity-is-online detail=", thrown)
    }

    @ParameterizedTest
    @EnumSource
    fun `a clock that cannot be read counts as the system's`(thrown: Thrown) = inGallery {
        val phone = signedIn()
        phone.lent.clock.breaks("now", thrown.byPort())
        val before = Instant.now()
        val captured = phone.capture(receiptOf(before.minus(Duration.ofHours(1)))).capturedAt
        assertFalse(captured < before.minusMillis(1) || captured > Instant.now(), "$captured")
        phone.tellsOf("WARN ports: port-failed call=clock-now detail=", thrown)
    }

    @Test
    fun `a clock beyond the calendar counts as the system's`() = inGallery {
        val phone = signedIn()
        for (ahead in listOf(Duration.ofDays(365 * 100_000L), Duration.ofDays(-365 * 200_000L))) {
            phone.lent.clock.advance(ahead)
            assertTrue(phone.feed.items().isNotEmpty())
        }
        assertEquals(setOf("WARN ports: port-failed call=clock-now detail=no-time"), phone.lent.log.complaints.toSet())
    }

    @Test
    fun `without a clock it is the system's`() = inGallery {
        val phone = signedIn()
        phone.shutDown()
        val ports = phone.lent.ports().copy(clock = null)
        VremenaCore.open(phone.config, ports).use { core ->
            val before = Instant.now()
            val outcome = core.receipts().use { it.captureText(receiptOf(before.minus(Duration.ofHours(1)))) }
            val captured = assertInstanceOf<Capture.Captured>(outcome).receipt.capturedAt
            assertFalse(captured < before.minusMillis(1) || captured > Instant.now(), "$captured")
        }
    }

    @Test
    fun `a record of the log names its event, and what is known of it`() = inGallery {
        val phone = signedIn()
        phone.lent.connectivity.breaks("isOnline", Thrown.DECLARED.byPort())
        phone.sync.pull()
        phone.outbox.drain(DrainBudget())
        val told = LogRecord(
            level = LogLevel.WARN,
            target = "ports",
            event = "port-failed",
            fields = listOf(LogField("call", "connectivity-is-online"), LogField("detail", Thrown.DECLARED.told)),
            message = "port-failed call=connectivity-is-online detail=${Thrown.DECLARED.told}",
        )
        assertTrue(told in phone.lent.log.records, "${phone.lent.log.records}")
    }

    @ParameterizedTest
    @EnumSource
    fun `a log that cannot be written loses the line and nothing else`(thrown: Thrown) = inGallery {
        val phone = signedIn()
        val (calls, lines) = phone.lent.log.calls to phone.lent.log.lines
        phone.lent.log.breaks("log", thrown.byPort())
        phone.lent.connectivity.breaks("isOnline", Thrown.DECLARED.byPort())
        phone.capture(receiptText(1))
        assertEquals(1u, phone.outbox.drain(DrainBudget()).sent)
        assertTrue(phone.lent.log.calls > calls)
        assertEquals(lines, phone.lent.log.lines)
        phone.lent.log.isMended()
        phone.capture(receiptText(2))
        assertEquals(1u, phone.outbox.drain(DrainBudget()).sent)
        phone.tellsOf("WARN ports: port-failed call=connectivity-is-online detail=", Thrown.DECLARED)
    }

    private fun receiptOf(instant: Instant): String {
        val moscow = LocalDateTime.ofInstant(instant, ZoneId.of("Europe/Moscow"))
        val printed = moscow.format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm"))
        return receiptText(1).replaceBefore("&s=", "t=$printed")
    }
}
