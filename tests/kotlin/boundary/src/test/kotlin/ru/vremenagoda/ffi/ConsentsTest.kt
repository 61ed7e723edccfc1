package ru.vremenagoda.ffi

import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.ConsentPurpose.ADVERTISING
import ru.vremenagoda.ffi.ConsentPurpose.ANALYTICS
import ru.vremenagoda.ffi.ConsentPurpose.PROCESSING
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.text

class ConsentsTest {
    @Test
    fun `a phone number is sent with consent only, and nobody decides of what nobody has read`() = inGallery {
        val phone = phone()
        assertEquals(listOf(PROCESSING), phone.needed())
        val unread = assertThrows<CoreException.SignIn> {
            phone.account.decideConsents(listOf(ConsentChoice(PROCESSING, true)))
        }
        assertEquals(SignInFault.ConsentNeeded(listOf(PROCESSING)), unread.fault)

        val documents = phone.account.consentDocuments()
        assertEquals(
            listOf(PROCESSING to true, ADVERTISING to false, ANALYTICS to false),
            documents.map { it.purpose to it.required },
        )
        assertTrue(documents.all { it.version == 1u && it.title.isNotEmpty() && it.text.isNotEmpty() })
        assertEquals("Реклама", documents[1].title)
        phone.account.decideConsents(listOf(ConsentChoice(PROCESSING, false)))
        assertEquals(listOf(PROCESSING), phone.needed())
        assertEquals(0, admin.requests("POST", "/v1/auth/code"))

        val choices = listOf(ConsentChoice(PROCESSING, true), ConsentChoice(ADVERTISING, true))
        phone.account.decideConsents(choices)
        assertEquals(mapOf(PROCESSING to true, ADVERTISING to true), phone.decided())
        phone.account.requestCode(PHONE)
        phone.account.signIn(PHONE, admin.code(PHONE))
        assertEquals(mapOf(PROCESSING to true, ADVERTISING to true), phone.decided())
        assertEquals(setOf("processing" to true, "advertising" to true), proof(phone).toSet())
    }

    @Test
    fun `a text that has changed is read and decided anew`() = inGallery {
        val phone = phone()
        phone.consent()
        admin.call("PUT", "consents/processing", buildJsonObject {})
        assertEquals(listOf(PROCESSING), phone.needed())
        phone.account.decideConsents(listOf(ConsentChoice(PROCESSING, true)))
        assertEquals(listOf(PROCESSING), phone.needed(), "a yes to the former text")
        assertEquals(2u, phone.account.consentDocuments().first().version)
        phone.account.decideConsents(listOf(ConsentChoice(PROCESSING, true)))
        phone.account.requestCode(PHONE)
    }

    @Test
    fun `without a network the documents are those last known`() = inGallery {
        val phone = phone()
        val documents = phone.account.consentDocuments()
        admin.network(false)
        assertEquals(documents, phone.account.consentDocuments())
        assertEquals(documents, restarted(phone).account.consentDocuments())
    }

    @Test
    fun `a consent is given and withdrawn offline, and the gallery hears of it in order`() = inGallery {
        val phone = signedIn()
        val before = proof(phone).size
        admin.network(false)
        for (granted in listOf(true, false, true)) {
            val decision = assertInstanceOf<ConsentChange.Queued>(phone.account.setConsent(ADVERTISING, granted)).v1
            assertEquals(Triple(ADVERTISING, 1u, granted), decision.run { Triple(purpose, version, this.granted) })
        }
        val again = phone.account.setConsent(ADVERTISING, true)
        assertTrue(assertInstanceOf<ConsentChange.Unchanged>(again).v1.granted)
        assertEquals(mapOf(PROCESSING to true, ADVERTISING to true, ANALYTICS to false), phone.decided())
        assertEquals(3, phone.outbox.page(0, 10u).size)
        admin.network(true)
        phone.drained()
        assertEquals(listOf(true, false, true).map { "advertising" to it }, proof(phone).drop(before))
    }

    @Test
    fun `what cannot be decided so says why, and keeps nothing`() = inGallery {
        val signedIn = signedIn()
        val required = signedIn.account.setConsent(PROCESSING, false)
        with(assertInstanceOf<ConsentChange.NotAccepted>(required)) {
            assertEquals(ConsentFault.REQUIRED, fault)
            assertTrue("удалив аккаунт" in explanation.sentence, explanation.sentence)
        }
        // A restarted app has shown nothing yet.
        val phone = restarted(signedIn)
        val unread = phone.account.setConsent(ADVERTISING, true)
        assertEquals(ConsentFault.OUTDATED, assertInstanceOf<ConsentChange.NotAccepted>(unread).fault)
        assertEquals(emptyList<QueueItem>(), phone.outbox.page(0, 10u))
        phone.account.signOut()
        assertThrows<CoreException.SignInNeeded> { phone.account.setConsent(ADVERTISING, false) }
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.account.consents() }
    }

    /** What must be decided before a code is sent. */
    private suspend fun Phone.needed(): List<ConsentPurpose> {
        val refused = assertThrows<CoreException.SignIn> { account.requestCode(PHONE) }
        return assertInstanceOf<SignInFault.ConsentNeeded>(refused.fault).purposes
    }

    private suspend fun Phone.decided(): Map<ConsentPurpose, Boolean> =
        account.consents().associate { it.purpose to it.granted }

    /** What the gallery holds as proof, the oldest first. */
    private suspend fun Gallery.proof(phone: Phone): List<Pair<String, Boolean>> {
        val member = checkNotNull(phone.account.member()).memberId
        return admin.call("GET", "members/$member/consents").jsonArray
            .map { it.text("purpose") to it.jsonObject.getValue("granted").jsonPrimitive.boolean }
    }
}
