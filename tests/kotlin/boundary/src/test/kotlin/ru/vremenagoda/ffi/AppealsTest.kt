package ru.vremenagoda.ffi

import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.time.Duration
import javax.imageio.ImageIO
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.text
import ru.vremenagoda.testing.until

class AppealsTest {
    @Test
    fun `an appeal made offline arrives with its photographs, and its answer comes back`() = inGallery {
        val phone = signedIn()
        val receipt = rejected(phone)
        assertEquals(NextStep.APPEAL, receipt.explanation.nextStep)
        val frame = CapturedPicture.Frame(ByteArray(64 * 48) { 90 }, 64u, 48u, 64u, Rotation.QUARTER)
        assertTrue(phone.appeals.keepPicture(receipt.localId, frame))
        val draft = phone.appeals.draft(receipt.localId)
        assertNull(draft.refusal)
        assertTrue(draft.hasPicture && "7380440801290534" in draft.requisites)
        assertNotNull(draft.traceId)

        admin.network(false)
        val words = NewAppeal("Чек ваш.", listOf(png(), png()), true)
        val waiting = assertInstanceOf<AppealSubmission.Queued>(phone.appeals.submit(receipt.localId, words)).appeal
        assertEquals(AppealState.WAITING to 3u, waiting.state to waiting.photographsWaiting)
        admin.network(true)
        phone.drained()
        val listed = admin.call("GET", "appeals").jsonArray.single()
        assertEquals("3" to "Чек ваш.", listed.text("photographs_received") to listed.text("comment"))
        assertEquals(AppealState.OPEN, phone.appeals.list().single().state)
        timePasses(phone, Duration.ofMinutes(2))
        val answer = buildJsonObject {
            put("state", "accepted")
            put("answer", "Вы правы.")
        }
        admin.call("POST", "appeals/${waiting.appealId}/answer", answer)
        phone.sync.pull()
        val told = phone.appeals.snapshots().until("the answer") { snapshot ->
            snapshot.appeals.any { it.state == AppealState.ACCEPTED }
        }.appeals.single()
        assertEquals("Вы правы." to receipt.localId, told.answer to told.localId)
        val counted = phone.receipts.page(null, 1u).single()
        assertEquals(ReceiptState.CREDITED to AppealState.ACCEPTED, counted.state to counted.appeal)
        for (text in listOf("$told", "$words", "$draft", "$frame")) {
            assertFalse("ваш" in text || "правы" in text || "7380440801290534" in text, text)
        }
    }

    @Test
    fun `what cannot be an appeal is refused with its reason, and nothing is kept`() = inGallery {
        val phone = signedIn()
        val receipt = rejected(phone)
        val captured = phone.capture(receiptText(2))
        suspend fun refused(id: Long, appeal: NewAppeal) =
            assertInstanceOf<AppealSubmission.NotAccepted>(phone.appeals.submit(id, appeal)).refusal
        assertEquals("not-decided", refused(captured.localId, NewAppeal("")).reason)
        assertEquals("comment-too-long", refused(receipt.localId, NewAppeal("ё".repeat(1_001))).reason)
        assertEquals("too-many-photographs", refused(receipt.localId, NewAppeal("", List(4) { png() })).reason)
        val unreadable = refused(receipt.localId, NewAppeal("", listOf(png(), "text".toByteArray())))
        assertEquals("photograph" to 1u, unreadable.reason to unreadable.photograph)
        assertEquals(NextStep.CHOOSE_ANOTHER_PICTURE, unreadable.explanation.nextStep)
        assertEquals(emptyList<Appeal>(), phone.appeals.list())
        assertFalse(phone.appeals.keepPicture(receipt.localId, CapturedPicture.File("text".toByteArray())))
        assertThrows<CoreException.NotFound> { phone.appeals.draft(99) }
        assertThrows<CoreException.NotFound> { phone.appeals.submit(99, NewAppeal("")) }

        assertInstanceOf<AppealSubmission.Queued>(phone.appeals.submit(receipt.localId, NewAppeal("")))
        assertEquals("appeal-open", refused(receipt.localId, NewAppeal("")).reason)
        assertEquals("appeal-open", phone.appeals.draft(receipt.localId).refusal?.reason)
    }

    @Test
    fun `nobody appeals while nobody is signed in, or while the app is paused`() = inGallery {
        val phone = signedIn()
        val receipt = rejected(phone)
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.appeals.submit(receipt.localId, NewAppeal("")) }
        assertThrows<CoreException.Paused> { phone.appeals.list() }
        phone.core.resume()
        phone.account.signOut()
        assertThrows<CoreException.SignInNeeded> { phone.appeals.draft(receipt.localId) }
        val picture = CapturedPicture.File(png())
        assertThrows<CoreException.SignInNeeded> { phone.appeals.keepPicture(receipt.localId, picture) }
        assertEquals(emptyList<Appeal>(), phone.appeals.list())
    }

    private fun png(): ByteArray = ByteArrayOutputStream().also { bytes ->
        ImageIO.write(BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", bytes)
    }.toByteArray()
}
