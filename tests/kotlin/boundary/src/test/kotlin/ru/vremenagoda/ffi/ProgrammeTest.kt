package ru.vremenagoda.ffi

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.receiptText
import ru.vremenagoda.testing.until

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

    @Test
    fun `rules are read offline, and what will change is told sentence by sentence`() = inGallery {
        val phone = signedIn()
        admin.call("PUT", "rules", Json.parseToJsonElement(ANNOUNCED).jsonObject)
        phone.sync.pull()
        admin.network(false)
        val versions = phone.programme.rulesVersions()
        assertEquals(listOf(2u to RulesPhase.ANNOUNCED, 1u to RulesPhase.IN_FORCE), versions.map { it.version to it.phase })
        assertEquals(CalendarDate(2026, 4u, 1u), versions.first().effectiveFrom)

        val inForce = phone.programme.rulebook(null)
        assertEquals(inForce, phone.programme.rulebook(1u))
        assertEquals(1u to null, inForce.version to inForce.legal)
        val sentences = inForce.sections.onEach { assertTrue(it.title.isNotEmpty()) }.flatMap { it.sentences }
        val leto = sentences.single { it.key == "tier:leto" }
        assertEquals("«Лето»: покупки не меньше чем на 300\u00a0000\u00a0₽.", leto.text)
        val legal = LegalText("https://gallery.example/rules-2.pdf", "0f".repeat(32), "Правила")
        assertEquals(legal, phone.programme.rulebook(2u).legal)

        val changes = phone.programme.rulebookChanges(1u, 2u)
        val lower = "«Лето»: покупки не меньше чем на 200\u00a0000\u00a0₽."
        assertTrue(SentenceChange("tier:leto", leto.text, lower) in changes)
        assertTrue(SentenceChange("legal", null, "Правила") in changes)
        assertTrue(changes.any { it.key == "max_age" && it.after == null })
        assertEquals(emptyList<SentenceChange>(), phone.programme.rulebookChanges(2u, 2u))

        assertThrows<CoreException.NotFound> { phone.programme.rulebook(3u) }
        assertThrows<CoreException.NotFound> { phone.programme.rulebookChanges(1u, 3u) }
    }

    @Test
    fun `paused, the rules are not read`() = inGallery {
        val phone = signedIn()
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.programme.rulebook(null) }
        assertThrows<CoreException.Paused> { phone.programme.rulebookChanges(1u, 2u) }
        assertThrows<CoreException.Paused> { phone.programme.rulesVersions() }
        phone.core.resume()
        assertEquals(1u, phone.programme.rulebook(null).version)
    }

    private fun sum(reached: Long, missing: Long) =
        NeedLine(0u, NeedPart.Amount(Metric.SUM, null, reached, reached + missing, missing))

    private companion object {
        /** In force from April. */
        const val ANNOUNCED = """
            {
                "version": 2, "effective_from": "2026-04-01", "zone": "Europe/Moscow",
                "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
                "downgrade": "by_balance", "grace_days": 14, "returns": "original_date",
                "tiers": [
                    {"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}},
                    {"id": "leto", "name": {"ru": "Лето", "en": "Summer"}, "require": {"metric": "sum", "at_least": 20000000}}
                ],
                "legal": {
                    "url": "https://gallery.example/rules-2.pdf",
                    "sha256": "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
                    "text": {"ru": "Правила", "en": "Rules"}
                }
            }
        """
    }
}
