package ru.vremenagoda.ffi

import java.nio.file.Path
import java.time.Instant
import java.time.OffsetDateTime
import kotlin.io.path.copyTo
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.receiptText

/** Files of released apps, opened by this one: what their members saw there stands beside them, in `seen.json`. */
class ReleasedFilesTest {
    private val releases = FROZEN.listDirectoryEntries().filter { it.isDirectory() }.sorted()

    @Test
    fun `what members saw in a released app they see in this one`() = inGallery {
        assertTrue(releases.size >= 2, "$releases")
        for (release in releases) {
            val seen = release.seen().getValue("member").jsonObject
            var phone = phoneOf(release)
            // The first opening upgrades the files, the second one finds them upgraded.
            repeat(2) {
                val member = phone.account.member()!!
                assertEquals(
                    seen.getValue("member").told("member_id", "tier"),
                    listOf(member.memberId, member.tier), release.name,
                )
                assertEquals(SessionState.EXPIRED, phone.account.sessionState(), "its keys stayed on the other phone")
                assertEquals(
                    seen.all("receipts") {
                        it.told("local_id", "receipt_id", "total_kopecks", "source", "state", "reason") +
                            it.told("shop", "returned_kopecks", "return_of", "wedged_reason") + it.at("captured_at")
                    },
                    phone.receipts.page(null, 200u).map {
                        listOf(
                            "${it.localId}", it.receiptId, "${it.total}", it.source.code(), it.state.code(),
                            it.reason?.code(), it.shop, "${it.returned}", it.returnOf, it.wedgedReason, it.capturedAt,
                        )
                    },
                    release.name,
                )
                assertEquals(
                    seen.all("queue") { it.told("entry_id", "kind", "attempts", "wedged_reason") },
                    phone.outbox.page(0, 200u).map {
                        listOf("${it.entryId}", it.kind, "${it.attempts}", it.wedgedReason)
                    },
                    release.name,
                )
                assertEquals(
                    seen.all("events") {
                        val registration = it.jsonObject["registration"] as? JsonObject
                        it.told("event_id", "title") + (registration?.told("state", "ticket_code") ?: emptyList())
                    },
                    phone.events.list().map { event ->
                        val registration = event.registration
                        val own = registration?.let { listOf(it.state.code(), it.ticketCode) }
                        listOf(event.eventId, event.title) + (own ?: emptyList())
                    },
                    release.name,
                )
                assertEquals(seen.all("feed") { it.told("item_id") }, phone.feed.items().map { listOf(it.itemId) })
                assertEquals(seen["notices"]?.jsonArray?.size ?: 0, phone.notices.list().size, release.name)
                val card = phone.wallet.card()!!
                assertEquals(
                    seen.getValue("card").told("number", "status"),
                    listOf(card.number, card.status.code()), release.name,
                )
                val others = "queue: 1 registration wedged by status-451, "
                assertTrue(phone.core.diagnostics().lines().any { it.startsWith(others) }, "the other member's entry")
                phone = restarted(phone)
            }
            assertTrue(phone.folder.listDirectoryEntries().none { "damaged" in it.name }, release.name)
        }
    }

    @Test
    fun `the queue of a released app is gone on with`() = inGallery {
        for (release in releases) {
            val phone = phoneOf(release)
            val before = phone.outbox.page(0, 200u)
            val wedged = before.single { it.wedgedReason != null }
            phone.outbox.retry(wedged.entryId)
            assertEquals(QueueSummary(before.size.toUInt(), 0u), phone.home.snapshot().queue)
            phone.capture(receiptText(1))
            assertEquals(before.size + 1, phone.outbox.page(0, 200u).size)
        }
    }

    /** A phone with a copy of the files, at the time at which they were left. */
    private suspend fun Gallery.phoneOf(release: Path): Phone {
        val config = config()
        for (name in listOf("member.db", "cache.db")) {
            release.resolve(name).copyTo(Path.of(config.directory).resolve(name))
        }
        return phone(config, Lent(release.seen().at("at")))
    }

    private fun Path.seen(): JsonObject = Json.parseToJsonElement(resolve("seen.json").readText()).jsonObject

    private fun <T> JsonObject.all(name: String, told: (JsonElement) -> List<T>): List<List<T>> =
        getValue(name).jsonArray.map(told)

    private fun JsonElement.told(vararg names: String): List<String?> =
        names.map { (jsonObject[it] ?: JsonNull).jsonPrimitive.contentOrNull }

    private fun JsonElement.at(name: String): Instant =
        OffsetDateTime.parse(jsonObject.getValue(name).jsonPrimitive.content).toInstant()

    /** As it stands in JSON. */
    private fun Enum<*>.code(): String = name.lowercase()

    private companion object {
        val FROZEN: Path = Path.of(System.getProperty("vremena.pictures")).resolveSibling("db")
    }
}
