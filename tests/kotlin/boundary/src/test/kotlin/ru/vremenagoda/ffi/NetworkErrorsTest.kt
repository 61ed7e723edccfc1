package ru.vremenagoda.ffi

import java.time.Duration
import java.util.Base64
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.item
import ru.vremenagoda.testing.receiptText

class NetworkErrorsTest {
    @Test
    fun `nobody answers`() = inGallery {
        val impatient = Timeouts(Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ofSeconds(30))
        val phone = phone(config().copy(timeouts = impatient))
        admin.network(false)
        assertThrows<CoreException.Unreachable>("none were ever known") { phone.account.consentDocuments() }
        admin.network(true)
        phone.consent()
        admin.network(false)
        assertThrows<CoreException.Unreachable> { phone.account.requestCode(PHONE) }
        for (fault in listOf("html", "half_json", "wrong_shape", "cut_body", "huge_body", "drop_answer", "never")) {
            admin.network(true, fault)
            assertThrows<CoreException.Unreachable>(fault) { phone.account.signIn(PHONE, "0000") }
        }
        assertNull(phone.account.member())
    }

    @Test
    fun `a busy gallery says for how long, or does not`() = inGallery {
        val phone = signedIn()
        admin.network(true, "status:503:7")
        assertEquals(Duration.ofSeconds(7), assertThrows<CoreException.Unavailable> { phone.sync.pull() }.retryAfter)
        admin.network(true, "status:503")
        assertNull(assertThrows<CoreException.Unavailable> { phone.sync.pull() }.retryAfter)
    }

    @Test
    fun `an outdated app keeps its queue`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        admin.network(true, "status:426")
        assertThrows<CoreException.UpdateNeeded> { phone.sync.pull() }
        admin.network(true, "status:426")
        val report = phone.outbox.drain(DrainBudget())
        assertEquals(Stop.UPDATE_NEEDED to 1u, report.stopped to report.remaining)
    }

    @Test
    fun `a refusal that this version does not know has a code for support`() = inGallery {
        val phone = signedIn()
        admin.network(true, "status:418")
        assertEquals("status-418", assertThrows<CoreException.Refused> { phone.sync.pull() }.code)
    }

    @Test
    fun `an ended session asks for the sign-in and keeps the member`() = inGallery {
        val phone = signedIn()
        val member = phone.account.member()
        admin.call("POST", "members/${member!!.memberId}/revoke")
        assertThrows<CoreException.SignInNeeded> { phone.sync.pull() }
        assertEquals(member, phone.account.member())
    }

    @Test
    fun `nobody signed in captures nothing`() = inGallery {
        val phone = phone()
        assertThrows<CoreException.SignInNeeded> { phone.receipts.captureText(receiptText(1)) }
        assertThrows<CoreException.SignInNeeded> { phone.receipts.page(null, 10u) }
        assertEquals(Stop.NOBODY_SIGNED_IN, phone.outbox.drain(DrainBudget()).stopped)
    }

    @Test
    fun `there is no such thing`() = inGallery {
        val phone = signedIn()
        assertThrows<CoreException.NotFound> { phone.feed.picture("nobody's") }
        assertThrows<CoreException.NotFound> { phone.feed.markRead("nobody's") }
        assertThrows<CoreException.NotFound> { phone.events.register("nobody's") }
        assertThrows<CoreException.NotFound> { phone.events.cancel("nobody's") }
        assertThrows<CoreException.NotFound>("no issuer is configured") { phone.wallet.applePass() }
    }

    @Test
    fun `there is no way into a wallet without a card`() = inGallery {
        val phone = phone(config().copy(walletIssuer = admin.walletIssuer()))
        signIn(phone)
        assertNull(phone.wallet.card())
        assertThrows<CoreException.NotFound> { phone.wallet.applePass() }
        phone.account.signOut()
        assertThrows<CoreException.SignInNeeded> { phone.wallet.googleLink() }
    }

    @Test
    fun `a picture that is none is refused, and a genuine one is kept for later`() = inGallery {
        val forged = admin.publish(
            item("A forged picture") {
                put("picture_type", "image/png")
                put("picture_base64", Base64.getEncoder().encodeToString("no picture at all".toByteArray()))
            },
        )
        val phone = signedIn()
        assertEquals("not_a_picture", assertThrows<CoreException.ContentRefused> { phone.feed.picture(forged) }.code)
        val genuine = phone.feed.items().first { it.hasPicture && it.itemId != forged }
        val picture = phone.feed.picture(genuine.itemId)
        admin.network(false)
        assertEquals(picture.toList(), phone.feed.picture(genuine.itemId).toList())
        assertNotNull(javax.imageio.ImageIO.read(picture.inputStream()))
    }
}
