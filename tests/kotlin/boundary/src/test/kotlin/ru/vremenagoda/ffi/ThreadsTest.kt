package ru.vremenagoda.ffi

import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.cards
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.shownTo
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class ThreadsTest {
    private val threads = 32
    private val rounds = 4
    private val scarf = Picture.named("06-scarf.png")
    private val picture = scarf.bytes()
    private val frame = scarf.frame()

    @Test
    fun `thirty-two threads do everything at once, and what they did agrees in the end`() = inGallery {
        val evening = admin.announce(event("An evening"))
        val phone = signedIn()
        val together = CyclicBarrier(threads)
        Executors.newFixedThreadPool(threads).asCoroutineDispatcher().use { dispatcher ->
            coroutineScope {
                val all = (0 until threads).map { thread ->
                    async(dispatcher) {
                        together.await()
                        repeat(rounds) { round -> phone.worksOn(thread, round, evening) }
                    }
                }
                all.awaitAll()
            }
        }
        val captured = threads * rounds + 1
        assertEquals(captured, phone.receipts.page(null, 200u).size)
        assertEquals(captured + 1, phone.outbox.page(0, 200u).size)
        phone.drained()
        assertEquals(captured, admin.receipts().size)
        val place = phone.events.list().first { it.eventId == evening }.registration
        assertEquals(RegistrationState.CONFIRMED, place?.state)
        val complaints = phone.lent.log.complaints
        assertTrue(complaints.isEmpty(), "$complaints")
    }

    /** One receipt of its own and one that all capture, one place that all want, and everything else besides. */
    private suspend fun Phone.worksOn(thread: Int, round: Int, evening: EventId) {
        val own = capture(receiptText(thread * rounds + round))
        when (val outcome = receipts.captureText(scarf.text!!)) {
            is Capture.Captured -> assertEquals(0, round)
            else -> assertInstanceOf<Capture.AlreadyKnown>(outcome)
        }
        assertTrue(receipts.page(null, 200u).any { it.localId == own.localId })
        receipts.snapshots().until("its own receipt") { snapshot -> snapshot.queued > round.toUInt() }
        assertTrue(events.register(evening) !is RegistrationChange.NotAccepted)
        wallet.cards().until("the card") { it != null }
        assertEquals(home.snapshot().member, account.member())
        scanner.live().use { camera -> assertEquals(scarf.text, frame.shownTo(camera).codes.single().text) }
        assertInstanceOf<PictureOutcome.Codes>(scanner.picture(picture.duplicate()))
        assertTrue(feed.items().isNotEmpty() && programme.snapshot().tier != null)
        assertEquals("100\u00a0₽", texts.money(10_000))
    }
}
