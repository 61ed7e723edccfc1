package ru.vremenagoda.ffi

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.receiptText
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.ffi.support.until

class ProgrammeTest {
    @Test
    fun `what is pending is projected, and what is credited is explained`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1, roubles = 300_000))
        phone.drained()
        phone.sync.pull()
        val pending = phone.programme.snapshot()
        assertEquals("vesna" to 0L, pending.tier?.id to pending.sum)
        assertEquals("leto" to 30_000_000L, pending.projected?.let { it.tier.id to it.sum })
        assertEquals(emptyList<TierChange>(), pending.standing?.timeline)
        assertEquals(listOf(sum(reached = 0, missing = 30_000_000)), pending.toNext?.need)
        assertEquals(listOf("vesna", "leto", "osen", "zima"), pending.ladder.map { it.tier.id })
        assertTrue(pending.ladder.all { it.benefits.isNotEmpty() })

        val receipt = decided(phone).single()
        val credited = phone.programme.snapshots().until("the tier") { it.tier?.id == "leto" && it.standing != null }
        val standing = checkNotNull(credited.standing)
        assertNull(credited.projected)
        assertFalse(standing.isGranted)
        val change = standing.timeline.single()
        assertNotNull(receipt.receiptId)
        assertEquals("leto" to TierCause.Entry("${receipt.receiptId}"), change.tier.id to change.because)
        assertEquals(standing.since, change.at)
        assertEquals(CalendarDate(2027, 3u, 12u), standing.toKeep?.by)
        assertEquals(listOf(sum(reached = 0, missing = 30_000_000)), standing.toKeep?.need)
        assertEquals(emptyList<Outlook>(), standing.outlook)
    }

    private fun sum(reached: Long, missing: Long) =
        NeedLine(0u, NeedPart.Amount(Metric.SUM, null, reached, reached + missing, missing))
}
