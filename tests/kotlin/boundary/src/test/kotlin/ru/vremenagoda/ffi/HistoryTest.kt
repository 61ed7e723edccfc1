package ru.vremenagoda.ffi

import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Requisites
import ru.vremenagoda.testing.receiptText

class HistoryTest {
    @Test
    fun `the history is filtered, searched and read page by page offline`() = inGallery {
        val phone = signedIn()
        bought(phone, "Северный шёлк", "Дом", "Дом")
        admin.network(false)
        val all = phone.receipts.history(HistoryFilter(), null, 200u)
        val march = all.months.single()
        assertEquals(listOf(2026, 3, "Март 2026"), listOf(march.year, march.month.toInt(), march.title))
        assertEquals(3u to 60_000L, march.receiptCount to march.counted)
        assertEquals(3, all.receipts.size)
        assertNull(all.next)
        assertFalse("60000" in "$march" || "шёлк" in "${HistoryFilter(shops = listOf("Северный шёлк"), text = "шёлк")}")

        suspend fun numbers(filter: HistoryFilter): Set<Int> =
            phone.receipts.history(filter, null, 200u).receipts.map { checkNotNull(it.identity).documentNumber.toInt() }.toSet()
        assertEquals(setOf(1), numbers(HistoryFilter(text = "ШЕЛК")))
        assertEquals(setOf(2, 3), numbers(HistoryFilter(shops = listOf("Дом"))))
        assertEquals(setOf(1, 2, 3), numbers(HistoryFilter(sources = listOf(ReceiptSource.SCANNED))))
        assertEquals(emptySet<Int>(), numbers(HistoryFilter(states = listOf(ReceiptState.REVERSED))))
        assertEquals(listOf("Дом", "Северный шёлк"), phone.receipts.shops())

        val first = phone.receipts.history(HistoryFilter(), null, 2u)
        val rest = phone.receipts.history(HistoryFilter(), checkNotNull(first.next), 2u)
        assertEquals(listOf(2, 1), listOf(first.receipts.size, rest.receipts.size))
        assertEquals(all.receipts, first.receipts + rest.receipts)
        assertNull(rest.next)
    }

    @Test
    fun `a receipt tells what was bought and every step under one trace`() = inGallery {
        val phone = signedIn()
        bought(phone, "Дом")
        val id = phone.receipts.page(null, 1u).single().localId
        val story = phone.receipts.story(id)
        assertEquals(
            listOf(ReceiptStep.CAPTURED, ReceiptStep.SENT, ReceiptStep.PENDING, ReceiptStep.CREDITED),
            story.changes.map { it.step },
        )
        assertEquals(1, story.changes.map { checkNotNull(it.traceId) }.toSet().size)
        assertTrue(story.changes.all { it.sentence.isNotEmpty() && it.reason == null })
        assertEquals(1u, story.changes.last().rulesVersion)
        assertEquals(story.receipt.total, story.positions.sumOf { it.sum })
        assertTrue(story.positions.all { it.quantityThousandths > 0 && it.price > 0 && it.name.isNotEmpty() })
        assertEquals(story.receipt.total, story.receipt.counted)
        assertFalse(story.receipt.isKnownBefore)
        assertNull(story.effect)
        val private = story.positions.map { it.name } + story.changes.mapNotNull { it.traceId }
        for (part in private) assertFalse(part in "$story", "$part in $story")
    }

    @Test
    fun `a linked return tells what it has changed`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1, 300_000))
        phone.capture(receiptText(2, 1_000).replace("n=1", "n=2"))
        phone.drained()
        val (purchases, returns) = decided(phone).partition { it.operation == ReceiptOperation.SALE }
        val (purchase, returned) = purchases.single() to returns.single()
        assertNull(phone.receipts.story(returned.localId).effect)
        admin.call("POST", "receipts/${returned.receiptId}/link", buildJsonObject { put("purchase", purchase.receiptId) })
        phone.sync.pull()
        val effect = checkNotNull(phone.receipts.story(purchase.localId).effect)
        assertEquals(effect, phone.receipts.story(returned.localId).effect)
        assertEquals("leto" to 30_000_000L, effect.before.tier.id to effect.before.sum)
        assertEquals("vesna" to 29_900_000L, effect.after.tier.id to effect.after.sum)
        assertNotNull(effect.before.keepBy)
        assertNull(effect.after.validUntil)
        assertTrue("299\u00a0000\u00a0₽" in effect.sentence, effect.sentence)
        assertFalse("29900000" in "$effect" || effect.sentence in "$effect")
    }

    @Test
    fun `nothing is told of what is not there, nor to nobody, nor while the app is paused`() = inGallery {
        val phone = signedIn()
        assertThrows<CoreException.NotFound> { phone.receipts.story(1) }
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.receipts.story(1) }
        assertThrows<CoreException.Paused> { phone.receipts.shops() }
        assertThrows<CoreException.Paused> { phone.receipts.history(HistoryFilter(), null, 10u) }
        val nobody = phone()
        assertThrows<CoreException.SignInNeeded> { nobody.receipts.story(1) }
        assertThrows<CoreException.SignInNeeded> { nobody.receipts.shops() }
        assertThrows<CoreException.SignInNeeded> { nobody.receipts.history(HistoryFilter(), null, 10u) }
    }

    /** Credited receipts of 200 ₽, one of each shop. */
    private suspend fun Gallery.bought(phone: Phone, vararg shops: String) {
        shops.forEachIndexed { place, shop ->
            val text = receiptText(place + 1, 200)
            admin.taxTicket(Requisites.of(text), buildJsonObject { put("shop", shop) })
            phone.capture(text)
        }
        phone.drained()
        assertTrue(decided(phone).all { it.state == ReceiptState.CREDITED })
    }
}
