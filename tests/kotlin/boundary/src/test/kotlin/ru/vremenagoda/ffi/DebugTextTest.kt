package ru.vremenagoda.ffi

import java.time.Instant
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertDoesNotThrow
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.text

/** Somebody will write these into a log. */
class DebugTextTest {
    @Test
    fun `a code and what is printed show neither text nor requisites`() = inGallery {
        val picture = Picture.named("05-perfume.jpg")
        val seen = assertInstanceOf<PictureOutcome.Codes>(phone().scanner.picture(picture.bytes()))
        val code = seen.codes[seen.best.toInt()]
        val receipt = assertInstanceOf<CodeContent.Receipt>(code.content).receipt
        val private = with(receipt) {
            listOf(picture.text!!, driveNumber, "$documentNumber", "$fiscalSign", "$total", "$issuedAt")
        }
        val frame = phone().scanner.live().use { Picture.named("06-scarf.png").frame().shownTo(it) }
        for (text in listOf("$code", "$receipt", "$seen", "${code.content}", "$frame")) hides(text, private)
    }

    @Test
    fun `a receipt shows its state and nothing that is printed on it`() = inGallery {
        val phone = signedIn()
        val capture = phone.receipts.captureText(Picture.named("01-dress.jpg").text!!)
        val receipt = assertInstanceOf<Capture.Captured>(capture).receipt
        val identity = checkNotNull(receipt.identity)
        val private = listOf(
            identity.driveNumber, "${identity.documentNumber}", "${identity.fiscalSign}", "${receipt.total}",
            phone.texts.money(receipt.total), "${receipt.issuedAt}",
        )
        val snapshot = ReceiptsSnapshot(listOf(receipt), 1u)
        for (text in listOf("$receipt", "$identity", "$capture", "$snapshot")) hides(text, private)
        assertTrue("Captured" in "$receipt", "$receipt")
    }

    @Test
    fun `an entry of the queue shows its kind and not what it is about`() = inGallery {
        val phone = signedIn()
        val receipt = phone.capture(Picture.named("01-dress.jpg").text!!)
        val entry = phone.outbox.page(0, 1u).single()
        val snapshot = QueueSnapshot(QueueSummary(1u, 0u), listOf(entry), null, "")
        for (text in listOf("$entry", "$snapshot")) hides(text, listOf(entry.title, phone.texts.money(receipt.total)))
        assertTrue("receipt" in "$entry", "$entry")
    }

    @Test
    fun `a member, their card and its ways into wallets show no number and no code`() = inGallery {
        val phone = signedIn(config = config().copy(walletIssuer = admin.walletIssuer()))
        val member = checkNotNull(phone.account.member())
        hides("$member", listOf(member.memberId, member.tier))
        val card = checkNotNull(phone.wallet.card())
        val code = checkNotNull(card.code)
        val modules = code.modules.joinToString(", ").take(40)
        for (text in listOf("$card", "$code")) hides(text, listOf(card.number, modules))
        val handed = phone.wallet.applePass()
        val pass = assertInstanceOf<ApplePass.Verified>(handed).pass
        for (text in listOf("$pass", "$handed")) hides(text, listOf(pass.serialNumber, pass.file, card.number))
        val opened = phone.wallet.googleLink()
        val link = assertInstanceOf<GoogleLink.Verified>(opened).link
        for (text in listOf("$link", "$opened")) hides(text, listOf(link.url, link.url.takeLast(40)))
        admin.forge("google_other_host")
        val refused = assertInstanceOf<GoogleLink.Refused>(phone.wallet.googleLink())
        assertTrue(refused.reason in "$refused", "$refused")
        hides("${phone.home.snapshot()}", listOf(card.number, member.memberId))
    }

    @Test
    fun `a card of the reception's shows neither number nor phone`() = inGallery {
        val number = admin.call("POST", "cards", buildJsonObject { put("phone", PHONE) }).text("number")
        val phone = signedIn()
        for (link in listOf(CardLink.Number(number), CardLink.Phone(PHONE))) {
            val linking = assertInstanceOf<CardLinking.Linked>(phone.account.linkCard(link))
            for (text in listOf("$link", "$linking", "${linking.card}")) hides(text, listOf(number, PHONE.drop(2)))
            assertTrue("0 receipts" in "$linking", "$linking")
        }
    }

    @Test
    fun `a registration shows its state and no ticket`() = inGallery {
        val evening = admin.announce(event("An evening") { put("capacity", 1) })
        val phone = signedIn()
        phone.events.register(evening)
        phone.drained()
        val event = phone.events.list().first { it.eventId == evening }
        val registration = checkNotNull(event.registration)
        for (text in listOf("$registration", "$event")) hides(text, listOf(registration.ticketCode!!))
        assertTrue("Confirmed" in "$registration", "$registration")
    }

    @Test
    fun `what a member mistyped can be logged like everything else`() {
        val typed = FiscalReceipt("no number", 1u, 2u, 3, Instant.MAX, null)
        assertDoesNotThrow { typed.toString() }
        assertDoesNotThrow { FiscalIdentity("", 1u, 2u).toString() }
    }

    private fun hides(text: String, private: List<String>) {
        for (part in private) assertFalse(part in text, "$part in $text")
    }
}
