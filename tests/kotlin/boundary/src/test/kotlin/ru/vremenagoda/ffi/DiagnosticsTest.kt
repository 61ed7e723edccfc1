package ru.vremenagoda.ffi

import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.Requisites
import ru.vremenagoda.testing.receiptText

class DiagnosticsTest {
    @Test
    fun `support reads how the app is, and nothing of the member`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        admin.network(true, "status:400")
        phone.outbox.drain(DrainBudget())
        phone.capture(receiptText(2))
        val text = phone.core.diagnostics()
        val expected = listOf(
            "collected: 2026-03-14T12:", "online: yes", "signed in: yes", "last contact: 2026-03-14T12:",
            "queue: 1 receipt waiting, ", "queue: 1 receipt wedged by status-400, ",
        )
        for (line in expected) assertTrue(text.lines().any { it.startsWith(line) }, "$line\n$text")
        assertTrue(text.lines().any { " Warn " in it && "decision=wedged reason=status-400" in it }, text)
        val receipt = Requisites.of(receiptText(1))
        val private = listOf(
            PHONE.drop(2), checkNotNull(phone.account.member()).memberId, checkNotNull(phone.wallet.card()).number,
            receipt.driveNumber, "${receipt.fiscalSign}", phone.config.directory,
        )
        for (part in private) assertFalse(part in text, text)
    }

    @Test
    fun `support reads of an app that is paused what can be known of it`() = inGallery {
        val phone = signedIn()
        phone.core.pause()
        val text = phone.core.diagnostics()
        for (line in listOf("signed in: unknown", "queue: unknown")) assertTrue(line in text.lines(), text)
    }
}
