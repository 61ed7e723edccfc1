package ru.vremenagoda.ffi

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.cards
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.until

class WalletTest {
    @Test
    fun `the card's code can be read from what is drawn, without a network`() = inGallery {
        val phone = signedIn()
        admin.network(false)
        val card = checkNotNull(phone.wallet.card())
        val code = checkNotNull(card.code)
        assertEquals((code.size * code.size).toInt(), code.modules.size)
        val seen = phone.scanner.live().use { camera -> drawn(code).shownTo(camera) }
        assertEquals("VG1*${card.number}*${card.tier}", seen.codes.single().text)
    }

    @Test
    fun `a blocked card is seen by who watches it`() = inGallery {
        val phone = signedIn()
        phone.wallet.cards().until("the card") { it?.status == CardStatus.ACTIVE }
        val member = checkNotNull(phone.account.member()).memberId
        admin.call("PUT", "members/$member/card", buildJsonObject { put("status", "blocked") })
        phone.sync.pull()
        phone.wallet.cards().until("the blocked card") { it?.status == CardStatus.BLOCKED }
        phone.account.signOut()
        phone.wallet.cards().until("no card") { it == null }
        assertNull(phone.wallet.card())
    }

    @Test
    fun `a forged pass is refused for its own reason, and the genuine one stays as it was`() = inGallery {
        val phone = signedIn(config = config().copy(walletIssuer = admin.walletIssuer()))
        val genuine = assertInstanceOf<ApplePass.Verified>(phone.wallet.applePass()).pass
        val forgeries = mapOf(
            "changed_amount" to "changed_file",
            "other_member" to "other_card",
            "stranger" to "untrusted_signer",
            "cut_zip" to "damaged_zip",
        )
        for ((forgery, reason) in forgeries) {
            admin.forge(forgery)
            val refused = assertInstanceOf<ApplePass.Refused>(phone.wallet.applePass())
            assertEquals(reason, refused.reason)
            assertTrue(' ' in refused.explanation.sentence)
            assertArrayEquals(genuine.bytes, Files.readAllBytes(Path.of(genuine.file)))
        }
    }

    @Test
    fun `a link is checked before it is handed out`() = inGallery {
        val phone = signedIn(config = config().copy(walletIssuer = admin.walletIssuer()))
        val link = assertInstanceOf<GoogleLink.Verified>(phone.wallet.googleLink()).link
        assertTrue(link.url.startsWith("https://pay.google.com/gp/v/save/"))
        admin.forge("google_other_host")
        assertEquals("other_host", assertInstanceOf<GoogleLink.Refused>(phone.wallet.googleLink()).reason)
    }

    private fun drawn(code: QrMatrix): Frame {
        val (module, margin, size) = Triple(4, 4, code.size.toInt())
        val side = (size + 2 * margin) * module
        return Frame.drawn(side, side) { x, y ->
            val (column, row) = x / module - margin to y / module - margin
            val dark = column in 0 until size && row in 0 until size && code.modules[row * size + column]
            if (dark) 0 else 255
        }
    }
}
