package ru.vremenagoda.ffi

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.text

class ManualTest {
    /** The receipt of `receiptText(1)`, off paper. */
    private val typed = ManualEntry(
        issuedAt = "13.03.26 12:00",
        total = "ИТОГ = 100,00",
        driveNumber = "ФН 7380 4408 0129 0534",
        documentNumber = "0000000001",
        fiscalSign = "1880975916",
        operation = "Приход",
    )

    @Test
    fun `what is typed off paper is captured, and is the scanned receipt`() = inGallery {
        val phone = signedIn()
        val receipt = assertInstanceOf<ManualCapture.Captured>(phone.receipts.captureManual(typed)).receipt
        assertEquals(ReceiptSource.MANUAL, receipt.source)
        val again = assertInstanceOf<ManualCapture.AlreadyKnown>(phone.receipts.captureManual(typed)).receipt
        assertEquals(receipt, again)
        val scanned = assertInstanceOf<Capture.AlreadyKnown>(phone.receipts.captureText(receiptText(1))).receipt
        assertEquals(receipt, scanned)
        phone.drained()
        assertEquals(listOf("manual"), admin.receipts().map { it.text("source") })
    }

    @Test
    fun `each wrong field is told at once, with a reason and a sentence`() = inGallery {
        val phone = signedIn()
        val nothing = ManualEntry("", "", "", "", "", "")
        assertEquals(
            listOf(
                ReceiptField.ISSUED_AT, ReceiptField.TOTAL, ReceiptField.DRIVE_NUMBER, ReceiptField.DOCUMENT_NUMBER,
                ReceiptField.FISCAL_SIGN,
            ),
            refused(phone, nothing).map { it.field },
        )
        val wrong = ManualEntry(
            issuedAt = "15.03.2026 12:00",
            total = "1,500",
            driveNumber = "12345678901234567",
            documentNumber = "чек \uD83E\uDDFE",
            fiscalSign = "",
            operation = "расход",
        )
        val fields = refused(phone, wrong)
        assertEquals(
            listOf("in_the_future", "ambiguous", "out_of_range", "malformed", "missing", "unsupported_operation"),
            fields.map { it.reason },
        )
        assertEquals(ReceiptField.OPERATION, fields.last().field)
        for (field in fields) assertTrue(' ' in field.explanation.sentence, field.reason)
        assertEquals(6, fields.map { it.explanation.sentence }.distinct().size)
        assertEquals(emptyList<Receipt>(), phone.receipts.page(null, 10u))
    }

    @Test
    fun `nothing that was typed is printed`() {
        assertFalse("$typed".any(Char::isDigit), "$typed")
    }

    private suspend fun refused(phone: Phone, entry: ManualEntry): List<RefusedField> =
        assertInstanceOf<ManualCapture.FieldsRefused>(phone.receipts.captureManual(entry)).fields
}
