package ru.vremenagoda.ffi

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.serialization.json.jsonArray
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.meant
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.text
import ru.vremenagoda.testing.until

class LineTest {
    private val dress = Picture.named("01-dress.jpg")
    private val scarf = Picture.named("06-scarf.png")

    @Test
    fun `the whole line goes from an empty phone to the verified pass`() = inGallery {
        val evening = admin.announce(event("An evening"))
        val first = signedInByItself()
        val texts = listOf(first.scanner.meant(dress).text, readByCamera(first))
        assertEquals(listOf(dress.text, scarf.text), texts)

        admin.network(false)
        texts.forEach { assertEquals(ReceiptState.CAPTURED, first.capture(it).state) }
        assertInstanceOf<RegistrationChange.Queued>(first.events.register(evening))
        val phone = restarted(first)
        val kept = phone.receipts.snapshots().until("the queue as it was") { it.queued == 3u }
        assertTrue(kept.recent.size == 2 && kept.recent.all { it.state == ReceiptState.CAPTURED })

        admin.network(true)
        // It may have been killed while it was sending, and then it is its turn for as long as that is not known.
        timePasses(phone, Duration.ofMinutes(1))
        phone.core.connectivityChanged()
        val sent = phone.receipts.snapshots().until("the queue drains by itself") { it.queued == 0u }
        assertTrue(sent.recent.all { it.state == ReceiptState.PENDING }, "$sent")
        observedUntilCredited(phone)
        readTheProgress(phone)
        hasAPlaceAt(evening, phone)
        takesThePass(phone)
        seesTheFirstScreen(phone)
    }

    private suspend fun Gallery.signedInByItself(): Phone {
        val phone = phone(config(Work.BY_ITSELF).copy(walletIssuer = admin.walletIssuer()))
        assertNull(phone.account.member())
        signIn(phone)
        val known = phone.programme.snapshots().until("the programme's rules") { it.toNext != null }
        assertEquals("vesna", known.tier?.id)
        assertEquals(30_000_000, known.toNext?.missing)
        phone.events.snapshots().until("the events") { it.events.isNotEmpty() }
        return phone
    }

    private fun readByCamera(phone: Phone): String = phone.scanner.live().use { camera ->
        val seen = scarf.frame().shownTo(camera)
        seen.codes[checkNotNull(seen.fresh).toInt()].text
    }

    /** The observer is there before the tax service answers, and nothing but it tells of the verdicts. */
    private suspend fun Gallery.observedUntilCredited(phone: Phone) = coroutineScope {
        val credited = async {
            phone.receipts.snapshots().until("both receipts are credited") { snapshot ->
                snapshot.recent.size == 2 && snapshot.recent.all { it.state == ReceiptState.CREDITED }
            }
        }
        decided(phone)
        assertTrue(credited.await().recent.all { it.shop != null && it.decidedAt != null })
    }

    private suspend fun readTheProgress(phone: Phone) {
        val progress = phone.programme.snapshot()
        assertEquals(4_890_000L + 1_260_000L, progress.sum)
        assertEquals(30_000_000L - progress.sum, progress.toNext?.missing)
        assertNull(progress.projected)
        assertTrue(phone.texts.money(23_850_000) in progress.sentence, progress.sentence)
    }

    private suspend fun Gallery.hasAPlaceAt(event: EventId, phone: Phone) {
        val place = phone.events.list().first { it.eventId == event }.registration
        assertEquals(RegistrationState.CONFIRMED, place?.state)
        val atTheGallery = admin.call("GET", "events/$event/registrations").jsonArray
        assertEquals(listOf(place?.ticketCode), atTheGallery.map { it.text("ticket_code") })
    }

    private suspend fun takesThePass(phone: Phone) {
        val pass = assertInstanceOf<ApplePass.Verified>(phone.wallet.applePass()).pass
        assertArrayEquals(Files.readAllBytes(Path.of(pass.file)), pass.bytes)
        assertFalse(pass.serialNumber.isEmpty() || pass.description.isEmpty() || pass.organizationName.isEmpty())
    }

    private suspend fun seesTheFirstScreen(phone: Phone) {
        val home = phone.home.snapshot()
        assertEquals(QueueSummary(0u, 0u), home.queue)
        assertEquals(phone.account.member(), home.member)
        assertEquals(phone.wallet.card(), home.card)
        assertEquals(phone.programme.snapshot(), home.programme)
        assertTrue(home.feed.isNotEmpty() && home.nextEvent != null)
    }
}
