package ru.vremenagoda.ffi

import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.receiptText

class PinsTest {
    private val tomorrow = START.plus(Duration.ofDays(1))
    private val nobodys = listOf(key(7), key(8))

    @Test
    fun `a receipt goes to a server whose key is pinned`() = inGallery(tls = true) {
        val phone = signedIn(config = pinned(trust!!.pins))
        phone.capture(receiptText(1))
        phone.drained()
        assertEquals(1, admin.receipts().size)
    }

    @Test
    fun `a server of another key is told of as insecure, and hears nothing until the pins have expired`() =
        inGallery(tls = true) {
            val phone = phone(pinned(nobodys))
            assertThrows<CoreException.Insecure> { phone.account.consentDocuments() }
            assertEquals(0, admin.requests("GET", "/v1/consents"))
            val diagnostics = phone.core.diagnostics()
            assertTrue("outcome=insecure" in diagnostics, diagnostics)
            timePasses(phone, Duration.ofDays(1))
            signIn(phone)
            assertTrue("WARN tls: no-pinned-key refused=false" in phone.lent.log.lines, "${phone.lent.log.lines}")
        }

    @Test
    fun `a certificate that nobody trusts is told of as insecure, pinned or not`() = inGallery(tls = true) {
        for (config in listOf(config(), pinned(trust!!.pins))) {
            val phone = phone(config.copy(extraRoots = emptyList()))
            assertThrows<CoreException.Insecure> { phone.account.consentDocuments() }
        }
    }

    @Test
    fun `pins that are none, or fewer than two, are a fault of the configuration`() = inGallery {
        val faults = mapOf(
            listOf(key(1), ByteArray(31)) to "a pin is not 32 bytes long",
            listOf(key(1), ByteArray(33)) to "a pin is not 32 bytes long",
            listOf(key(1), key(1)) to "fewer than two different pins",
            listOf(key(1)) to "fewer than two different pins",
            emptyList<ByteArray>() to "fewer than two different pins",
        )
        for ((pins, detail) in faults) {
            val refused = assertThrows<CoreException.Configuration>(detail) {
                VremenaCore.open(pinned(pins), Lent().ports())
            }
            assertTrue(detail in refused.detail, refused.detail)
        }
    }

    private fun key(byte: Byte) = ByteArray(32) { byte }

    private fun Gallery.pinned(pins: List<ByteArray>): Config = config().copy(pins = PinSet(pins, tomorrow))
}
