package ru.vremenagoda.ffi

import java.time.Duration
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.OTHER_PHONE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.text
import ru.vremenagoda.testing.until

class MembershipTest {
    @Test
    fun `the first screen tells when the session has ended, and when it goes on`() = inGallery {
        val phone = phone()
        assertEquals(SessionState.SIGNED_OUT, phone.account.sessionState())
        signIn(phone)
        assertEquals(SessionState.ACTIVE, phone.account.sessionState())
        phone.home.snapshots().until("a session") { it.session == SessionState.ACTIVE }
        phone.capture(receiptText(1))

        admin.call("POST", "members/${phone.account.member()!!.memberId}/revoke")
        assertThrows<CoreException.SignInNeeded> { phone.sync.pull() }
        assertEquals(SessionState.EXPIRED, phone.account.sessionState())
        val ended = phone.home.snapshots().until("the end of the session") { it.session == SessionState.EXPIRED }
        assertEquals(phone.account.member() to 1u, ended.member to ended.queue.waiting)

        timePasses(phone, Duration.ofMinutes(2))
        signIn(phone)
        assertEquals(SessionState.ACTIVE, phone.home.snapshot().session)
        phone.drained()
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.account.sessionState() }
    }

    @Test
    fun `a card of the reception's brings its history, and linking it again is no error`() = inGallery {
        val number = giveOut { put("number", "4081507726610394") }
        val phone = signedIn()
        repeat(2) {
            val linking = phone.account.linkCard(CardLink.Number("4081 5077 2661 0394"))
            val card = assertInstanceOf<CardLinking.Linked>(linking).card
            assertEquals(number to 2u, card.number to card.receipts)
        }
        phone.sync.pull()
        assertEquals(2, phone.receipts.page(null, 10u).size)
        val home = phone.home.snapshot()
        assertEquals(number to "leto", home.card?.number to home.member?.tier)
    }

    @Test
    fun `a card is known by the phone that was signed in with`() = inGallery {
        val number = giveOut { put("phone", PHONE) }
        val linking = signedIn().account.linkCard(CardLink.Phone("8 900 000-00-00"))
        assertEquals(number, assertInstanceOf<CardLinking.Linked>(linking).card.number)
    }

    @Test
    fun `each card that cannot be linked says why, and whom to ask`() = inGallery {
        val phone = signedIn()
        val blocked = giveOut { put("status", "blocked") }
        val taken = giveOut()
        signedIn(OTHER_PHONE).account.linkCard(CardLink.Number(taken))
        repeat(2) { giveOut { put("phone", PHONE) } }
        val refusals = listOf(
            CardLink.Number("0000000000000000") to CardLinkFault.CARD_UNKNOWN,
            CardLink.Number("no number") to CardLinkFault.CARD_UNKNOWN,
            CardLink.Phone(OTHER_PHONE) to CardLinkFault.CARD_UNKNOWN,
            CardLink.Number(blocked) to CardLinkFault.CARD_BLOCKED,
            CardLink.Number(taken) to CardLinkFault.LINKED_TO_ANOTHER,
            CardLink.Phone(PHONE) to CardLinkFault.PHONE_NOT_UNIQUE,
        )
        for ((link, expected) in refusals) {
            val refused = assertInstanceOf<CardLinking.NotAccepted>(phone.account.linkCard(link), "$expected")
            assertEquals(expected to NextStep.ASK_AT_DESK, refused.fault to refused.explanation.nextStep)
            assertTrue(refused.explanation.sentence.isNotEmpty())
        }
        val noPhone = assertThrows<CoreException.SignIn> { phone.account.linkCard(CardLink.Phone("12")) }
        assertEquals(SignInFault.InvalidPhone, noPhone.fault)
        admin.network(false)
        assertThrows<CoreException.Unreachable> { phone.account.linkCard(CardLink.Number(blocked)) }
        phone.account.signOut()
        assertThrows<CoreException.SignInNeeded> { phone.account.linkCard(CardLink.Number(blocked)) }
    }

    @Test
    fun `a deletion asks until all that would be lost was accepted, and leaves nothing of the member`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        admin.network(true, "status:400")
        phone.outbox.drain(DrainBudget())
        admin.network(false)
        phone.capture(receiptText(2))
        val warning = phone.account.deletion()
        assertEquals(2u to 1u, warning.unsent to warning.wedged)
        assertTrue(warning.explanation.sentence.isNotEmpty())
        assertEquals(AccountDeletion.Asked(warning), phone.account.delete(1u))
        assertThrows<CoreException.Unreachable> { phone.account.delete(2u) }
        assertEquals(2, phone.receipts.page(null, 10u).size, "nothing has happened")

        admin.network(true)
        assertEquals(AccountDeletion.Deleted, phone.account.delete(2u))
        assertNull(phone.account.member())
        assertEquals(SessionState.SIGNED_OUT, phone.account.sessionState())
        assertThrows<CoreException.SignInNeeded> { phone.account.deletion() }
        assertThrows<CoreException.SignInNeeded> { phone.account.delete(2u) }
        timePasses(phone, Duration.ofMinutes(2))
        signIn(phone)
        phone.sync.pull()
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
        assertEquals(emptyList<QueueItem>(), phone.outbox.page(0, 10u))
    }

    /** A card with two purchases; gives its number. */
    private suspend fun Gallery.giveOut(card: JsonObjectBuilder.() -> Unit = {}): String {
        val given = buildJsonObject {
            putJsonArray("purchases") {
                for ((day, kopecks) in listOf(1 to 20_000_000, 2 to 15_000_000)) {
                    addJsonObject {
                        put("total_kopecks", kopecks)
                        put("issued_at", "2026-03-0${day}T12:00:00+03:00")
                        put("shop", "Дом")
                        put("category", "home")
                    }
                }
            }
            card()
        }
        return admin.call("POST", "cards", given).text("number")
    }
}
