package ru.vremenagoda.ffi

import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class QueueTest {
    private val typed = ManualEntry(
        issuedAt = "13.03.2026 12:00",
        total = "100",
        driveNumber = "7380440801290534",
        documentNumber = "1",
        fiscalSign = "1880975916",
        operation = "приход",
    )

    @Test
    fun `an entry that cannot be sent as it is says what it is and why, and a retry sends it`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        val entry = wedged(phone)
        assertEquals("receipt" to "Чек на 100\u00a0₽ от 13 марта 2026", entry.kind to entry.title)
        assertEquals("status-400", entry.wedgedReason)
        assertTrue("status-400" in entry.explanation.sentence, entry.explanation.sentence)
        assertEquals(NextStep.CONTACT_SUPPORT, entry.explanation.nextStep)
        assertFalse(entry.isEditable, "a scanned receipt is what its code says")
        assertThrows<CoreException.NotFound> { phone.receipts.typed(entry.entryId) }
        assertEquals(0u, phone.outbox.drain(DrainBudget()).sent)

        phone.outbox.retry(entry.entryId)
        assertNull(phone.outbox.page(0, 10u).single().wedgedReason)
        assertEquals(DrainReport(1u, 0u, null, null), phone.outbox.drain(DrainBudget()))
        assertEquals(1, admin.receipts().size)
        assertThrows<CoreException.NotFound> { phone.outbox.retry(entry.entryId) }
    }

    @Test
    fun `a discarded receipt is gone from the phone, and can be captured anew`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        val entry = wedged(phone)
        phone.outbox.discard(entry.entryId)
        assertEquals(emptyList<QueueItem>(), phone.outbox.page(0, 10u))
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
        assertThrows<CoreException.NotFound> { phone.outbox.discard(entry.entryId) }
        phone.capture(receiptText(1))
    }

    @Test
    fun `a receipt typed in wrongly is mended in its place`() = inGallery {
        val phone = signedIn()
        assertInstanceOf<ManualCapture.Captured>(phone.receipts.captureManual(typed))
        val entry = wedged(phone)
        assertTrue(entry.isEditable)
        val form = phone.receipts.typed(entry.entryId)
        assertEquals("1" to "100.00", form.documentNumber to form.total)

        val wrong = phone.receipts.amend(entry.entryId, form.copy(total = "1,500"))
        assertEquals(ReceiptField.TOTAL, assertInstanceOf<ManualCapture.FieldsRefused>(wrong).fields.single().field)
        assertEquals(listOf(entry), phone.outbox.page(0, 10u))

        val amended = phone.receipts.amend(entry.entryId, form.copy(documentNumber = "2"))
        assertEquals(2u, assertInstanceOf<ManualCapture.Captured>(amended).receipt.identity?.documentNumber)
        phone.drained()
        assertEquals(2u, phone.receipts.page(null, 10u).single().identity?.documentNumber)
        assertEquals(1, admin.receipts().size)
    }

    @Test
    fun `what still waits can be neither retried nor discarded nor mended`() = inGallery {
        val phone = signedIn()
        assertInstanceOf<ManualCapture.Captured>(phone.receipts.captureManual(typed))
        val entry = phone.outbox.page(0, 10u).single()
        assertEquals(null to false, entry.wedgedReason to entry.isEditable)
        assertEquals(NextStep.WAIT, entry.explanation.nextStep)
        for (entryId in listOf(entry.entryId, entry.entryId + 1, -1, Long.MAX_VALUE)) {
            assertThrows<CoreException.NotFound> { phone.outbox.retry(entryId) }
            assertThrows<CoreException.NotFound> { phone.outbox.discard(entryId) }
            assertThrows<CoreException.NotFound> { phone.receipts.typed(entryId) }
            assertThrows<CoreException.NotFound> { phone.receipts.amend(entryId, typed) }
        }
        assertEquals(listOf(entry), phone.outbox.page(0, 10u))
    }

    @Test
    fun `a drain tries no more entries than its budget has`() = inGallery {
        val phone = signedIn()
        for (number in 1..5) phone.capture(receiptText(number))
        val none = phone.outbox.drain(DrainBudget(entries = 0u))
        assertEquals(listOf(0u, 5u, Stop.BUDGET_SPENT), listOf(none.sent, none.remaining, none.stopped))
        val two = phone.outbox.drain(DrainBudget(entries = 2u))
        assertEquals(listOf(2u, 3u, Stop.BUDGET_SPENT), listOf(two.sent, two.remaining, two.stopped))
        assertNotNull(two.nextDue)
        assertEquals(2, admin.receipts().size)
        assertEquals(DrainReport(3u, 0u, null, null), phone.outbox.drain(DrainBudget(Duration.ofHours(1), 10u)))
        assertEquals(DrainReport(0u, 0u, null, null), phone.outbox.drain(DrainBudget(entries = 0u)))
    }

    @Test
    fun `a drain whose time runs out over a request gives it up, and nothing is lost`() = inGallery {
        val phone = signedIn()
        for (number in 1..2) phone.capture(receiptText(number))
        admin.network(true, "never")
        val report = phone.outbox.drain(DrainBudget(time = Duration.ofMillis(500)))
        assertEquals(listOf(0u, 2u, Stop.BUDGET_SPENT), listOf(report.sent, report.remaining, report.stopped))
        assertEquals(Stop.BUDGET_SPENT, phone.outbox.drain(DrainBudget(time = Duration.ZERO)).stopped)
        admin.network(true)
        phone.drained()
        assertEquals(2, admin.receipts().size)
    }

    @Test
    fun `whoever observes the queue sees what waits, what cannot be sent, and why`() = inGallery {
        val phone = signedIn()
        val queue = phone.outbox.snapshots()
        assertEquals(QueueSnapshot(QueueSummary(0u, 0u), emptyList(), null, ""), queue.until("a queue") { true })

        phone.lent.connectivity.online = false
        phone.capture(receiptText(1))
        phone.capture(receiptText(2))
        assertEquals(Stop.OFFLINE, phone.outbox.drain(DrainBudget()).stopped)
        val offline = queue.until("what keeps it") { it.stopped == Stop.OFFLINE && it.summary.waiting == 2u }
        assertEquals(phone.outbox.page(0, 10u), offline.items)
        assertTrue("2 " in offline.sentence && "связи" in offline.sentence, offline.sentence)

        phone.lent.connectivity.online = true
        admin.network(true, "pass", "status:400")
        phone.outbox.drain(DrainBudget())
        val wedged = queue.until("what cannot be sent") { it.summary == QueueSummary(0u, 1u) && it.stopped == null }
        assertEquals("status-400", wedged.items.single().wedgedReason)
        assertTrue(wedged.sentence.isNotEmpty() && wedged.sentence != offline.sentence, wedged.sentence)
        phone.outbox.discard(wedged.items.single().entryId)
        val empty = queue.until("an empty queue") { it.items.isEmpty() }
        assertEquals("" to QueueSummary(0u, 0u), empty.sentence to empty.summary)
    }

    @Test
    fun `a push's hint pulls what it names, and everything where it is not known`() = inGallery {
        val phone = signedIn()
        val evening = admin.announce(event("An evening"))
        val before = asked()
        assertTrue(phone.sync.pullHinted("events").changed)
        assertTrue(phone.events.list().any { it.eventId == evening })
        assertEquals(before + ("events" to before.getValue("events") + 1), asked())
        assertEquals(SyncReport(changed = false, pending = false), phone.sync.pullHinted("card, member"))
        for (hint in listOf("", "of a newer gallery", "events,\uD83E")) {
            val earlier = asked()
            assertFalse(phone.sync.pullHinted(hint).changed)
            assertEquals(earlier.mapValues { it.value + 1 }, asked(), hint)
        }
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.sync.pullHinted("events") }
    }

    /** The only entry, after the gallery could make nothing of it. */
    private suspend fun Gallery.wedged(phone: Phone): QueueItem {
        admin.network(true, "status:400")
        val report = phone.outbox.drain(DrainBudget())
        assertEquals(listOf(0u, 1u, null), listOf(report.sent, report.remaining, report.stopped))
        return phone.outbox.page(0, 10u).single()
    }

    /** How often the gallery was asked for what. */
    private suspend fun Gallery.asked(): Map<String, Long> =
        listOf("programme/rules", "receipts", "ledger", "member", "card", "events", "feed")
            .associateWith { admin.requests("GET", "/v1/$it") }
}
