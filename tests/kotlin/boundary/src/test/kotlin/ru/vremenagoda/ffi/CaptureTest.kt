package ru.vremenagoda.ffi

import java.time.Duration
import java.time.Instant
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.meant
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.Requisites
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.text

class CaptureTest {
    @Test
    fun `one receipt is captured once, however it comes`() = inGallery {
        val phone = signedIn()
        val picture = Picture.named("01-dress.jpg")
        val first = phone.capture(picture.text!!)
        val code = phone.scanner.meant(Picture.named("08-dress-again.jpg"))
        val receipt = assertInstanceOf<CodeContent.Receipt>(code.content).receipt
        val again = phone.receipts.capture(receipt, ReceiptSource.SCANNED)
        assertEquals(first, assertInstanceOf<Capture.AlreadyKnown>(again).receipt)
    }

    @Test
    fun `what is no receipt is refused with its reason, and keeps nothing`() = inGallery {
        val phone = signedIn()
        val refused = mapOf(
            "" to "empty",
            "1".repeat(1_000_000) to "too_long",
            "https://vremenagoda.example/menu" to "not_a_receipt",
            receiptText(1).replace("n=1", "n=3") to "unsupported_operation",
            receiptText(1).replace("20260313", "20260101") to "too_old",
            receiptText(1).replace("20260313", "20260315") to "in_the_future",
            "чек \u0000 \uD83E\uDDFE" to "control_characters",
        )
        for ((text, reason) in refused) {
            val outcome = assertInstanceOf<Capture.NotAccepted>(phone.receipts.captureText(text))
            assertEquals(reason, outcome.reason)
            assertTrue(' ' in outcome.explanation.sentence && outcome.explanation.nextStepSentence.isNotEmpty(), reason)
        }
        assertEquals(0, phone.outbox.page(0, 10u).size)
    }

    @Test
    fun `what is typed by hand goes the same way, and is the member's own`() = inGallery {
        val phone = signedIn()
        val typed = FiscalReceipt(
            driveNumber = "7380440801290534",
            documentNumber = UInt.MAX_VALUE,
            fiscalSign = UInt.MAX_VALUE,
            total = 123_450,
            issuedAt = Instant.parse("2026-03-13T09:00:00Z"),
            operation = null,
        )
        val receipt = assertInstanceOf<Capture.Captured>(phone.receipts.capture(typed, ReceiptSource.MANUAL)).receipt
        assertEquals(typed.issuedAt to typed.total, receipt.issuedAt to receipt.total)
        assertEquals(FiscalIdentity(typed.driveNumber, UInt.MAX_VALUE, UInt.MAX_VALUE), receipt.identity)
        phone.drained()
        assertEquals(listOf("${UInt.MAX_VALUE}"), admin.receipts().map { it.text("document_number") })
    }

    @Test
    fun `history comes page by page without gaps or repeats`() = inGallery {
        val phone = signedIn()
        val captured = (1..7).map { phone.capture(receiptText(it)).localId }
        val pages = mutableListOf<List<Receipt>>()
        do {
            val place = pages.lastOrNull()?.last()?.let { ReceiptPlace(it.issuedAt, it.localId) }
            pages += phone.receipts.page(place, 3u)
        } while (pages.last().isNotEmpty())
        assertEquals(listOf(3, 3, 1, 0), pages.map { it.size })
        assertEquals(captured.reversed(), pages.flatten().map { it.localId })
        val queue = phone.outbox.page(0, 4u)
        val rest = phone.outbox.page(queue.last().entryId, 200u)
        assertEquals(List(7) { "receipt" }, (queue + rest).map { it.kind })
        assertEquals((queue + rest).map { it.entryId }.distinct().size, 7)
    }

    @Test
    fun `a receipt of another gallery is rejected, with a reason and a next step`() = inGallery {
        val phone = signedIn()
        val picture = Picture.named("07-other-mall.jpg").text!!
        admin.taxTicket(Requisites.of(picture), buildJsonObject { put("in_gallery", false) })
        phone.capture(picture)
        phone.drained()
        val receipt = decided(phone).single()
        assertEquals(ReceiptState.REJECTED to ReceiptReason.NOT_THIS_GALLERY, receipt.state to receipt.reason)
        assertEquals(NextStep.APPEAL, receipt.explanation.nextStep)
        assertTrue(checkNotNull(receipt.decidedAt) > receipt.capturedAt)
    }

    @Test
    fun `a linked return takes its sum back`() = inGallery {
        val phone = signedIn()
        val (purchase, returned) = listOf("06-scarf.png", "16-scarf-return.jpg").map { file ->
            phone.capture(Picture.named(file).text!!).localId
        }
        phone.drained()
        val unlinked = decided(phone).associateBy { it.localId }.getValue(returned)
        assertEquals(ReceiptOperation.SALE_RETURN, unlinked.operation)
        assertEquals(ReceiptReason.RETURN_UNLINKED, unlinked.reason)
        assertEquals(1_260_000, phone.programme.snapshot().sum)
        val ids = phone.receipts.page(null, 10u).associate { it.localId to it.receiptId }
        admin.call("POST", "receipts/${ids[returned]}/link", buildJsonObject { put("purchase", ids[purchase]) })
        timePasses(phone, Duration.ofMinutes(1))
        phone.sync.pull()
        val linked = phone.receipts.page(null, 10u).associateBy { it.localId }
        assertEquals(ReceiptState.REVERSED, linked.getValue(purchase).state)
        assertEquals(1_260_000, linked.getValue(purchase).returned)
        assertEquals(ids[purchase], linked.getValue(returned).returnOf)
        assertEquals(0, phone.programme.snapshot().sum)
    }
}
