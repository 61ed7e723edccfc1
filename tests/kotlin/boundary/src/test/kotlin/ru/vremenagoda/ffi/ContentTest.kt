package ru.vremenagoda.ffi

import java.time.Duration
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.item
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

class ContentTest {
    @Test
    fun `news for a tier come with the tier`() = inGallery {
        val forEverybody = admin.publish(item("For everybody"))
        val forSummer = admin.publish(item("For summer", "leto"))
        val phone = signedIn()
        val before = phone.feed.items().map { it.itemId }
        assertTrue(forEverybody in before && forSummer !in before, "$before")
        phone.capture(receiptText(1, roubles = 300_000))
        phone.drained()
        decided(phone)
        phone.feed.snapshots().until("the news for summer") { feed -> feed.items.any { it.itemId == forSummer } }
        assertEquals("leto", phone.programme.snapshots().until("the tier") { it.tier?.id == "leto" }.tier?.id)
    }

    @Test
    fun `an item goes at its time, offline too`() = inGallery {
        val passing = admin.publish(item("For an hour") { put("until", "${START.plus(Duration.ofHours(1))}") })
        val phone = signedIn()
        admin.network(false)
        val item = phone.feed.items().first { it.itemId == passing }
        assertEquals(START.plus(Duration.ofHours(1)) to FeedItemKind.NEWS, item.until to item.kind)
        phone.lent.clock.advance(Duration.ofHours(2))
        assertTrue(phone.feed.items().none { it.itemId == passing })
    }

    @Test
    fun `an item that was read is read on the member's other phone too`() = inGallery {
        val phone = signedIn()
        val item = phone.feed.items().first()
        assertFalse(item.isRead)
        admin.network(false)
        repeat(2) { phone.feed.markRead(item.itemId) }
        phone.feed.snapshots().until("it is read") { feed -> feed.items.any { it.itemId == item.itemId && it.isRead } }
        assertEquals(1, phone.outbox.page(0, 10u).size, "once is enough")
        admin.network(true)
        phone.drained()
        timePasses(phone, Duration.ofMinutes(2))
        val read = signedIn().feed.items().filter { it.isRead }
        assertEquals(listOf(item.itemId), read.map { it.itemId })
    }

    @Test
    fun `money, days and instants are said as people say them`() = inGallery {
        val instant = java.time.Instant.parse("2026-03-31T11:05:59Z")
        val day = CalendarDate(2026, 3u, 31u)
        with(phone(config(language = Language.RU)).texts) {
            assertEquals("1\u00a0234,50\u00a0₽", money(123_450))
            assertEquals("31 марта 2026", day(day))
            assertEquals("31 марта 2026, 14:05", instant(instant))
        }
        with(phone(config(language = Language.EN)).texts) {
            assertEquals("1,234.50\u00a0₽", money(123_450))
            assertEquals("31 March 2026", day(day))
            assertEquals("31 March 2026, 14:05", instant(instant))
            assertTrue(money(Long.MIN_VALUE).isNotEmpty() && money(Long.MAX_VALUE).isNotEmpty())
        }
    }
}
