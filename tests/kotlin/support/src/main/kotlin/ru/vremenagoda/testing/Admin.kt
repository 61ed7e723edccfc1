package ru.vremenagoda.testing

import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.util.Base64
import kotlinx.coroutines.future.await
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import ru.vremenagoda.ffi.WalletIssuer

private val client: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

/** Steers a sandbox. */
class Admin(private val baseUrl: String, private val token: String) {
    suspend fun advance(by: Duration) {
        call("POST", "clock", buildJsonObject { put("advance_seconds", by.seconds) })
    }

    suspend fun code(phoneNumber: String): String =
        call("GET", "codes/${URLEncoder.encode(phoneNumber, Charsets.UTF_8)}").text("code")

    /** The whole state of the wire: whether the gallery listens, and what befalls the next requests. */
    suspend fun network(listening: Boolean, vararg faults: String) {
        val state = buildJsonObject {
            put("listening", listening)
            putJsonArray("faults") { faults.forEach { add(it) } }
        }
        call("PUT", "network", state)
    }

    /** A wire on which every answer takes this time. */
    suspend fun slowNetwork(delay: Duration) {
        call("PUT", "network", buildJsonObject { put("delay_ms", delay.toMillis()) })
    }

    /** What the tax service knows of a receipt; `truth` holds the fields that differ from a genuine ticket. */
    suspend fun taxTicket(identity: Requisites, truth: JsonObject) {
        val ticket = buildJsonObject {
            put("drive_number", identity.driveNumber)
            put("document_number", identity.documentNumber.toLong())
            put("fiscal_sign", identity.fiscalSign.toLong())
        }
        call("PUT", "tax/tickets", JsonObject(ticket + truth))
    }

    /** All receipts that the gallery has, of all members. */
    suspend fun receipts(): JsonArray {
        val answer = call("GET", "receipts")
        return answer as? JsonArray ?: answer.jsonObject.getValue("receipts").jsonArray
    }

    suspend fun publish(item: JsonObject): String = call("POST", "feed", item).text("item_id")

    suspend fun announce(event: JsonObject): String = call("POST", "events", event).text("event_id")

    /** Issues forged passes of a kind from now on, or good ones again. */
    suspend fun forge(kind: String?) {
        call("PUT", "wallet", buildJsonObject { put("forge", kind) })
    }

    suspend fun walletIssuer(): WalletIssuer {
        val issuer = call("GET", "wallet")
        return WalletIssuer(
            root = Base64.getDecoder().decode(issuer.text("root_der_base64")),
            passTypeIdentifier = issuer.text("pass_type_identifier"),
            teamIdentifier = issuer.text("team_identifier"),
        )
    }

    /** How often the gallery was asked for this, whatever it answered. */
    suspend fun requests(method: String, path: String): Long =
        call("GET", "requests").jsonObject.getValue("requests").jsonArray
            .filter { it.text("method") == method && it.text("path") == path }
            .sumOf { it.jsonObject.getValue("count").jsonPrimitive.long }

    /** Any other call: `path` without `/admin/`. */
    suspend fun call(method: String, path: String, body: JsonObject? = null): JsonElement {
        val content = body?.let { HttpRequest.BodyPublishers.ofString(it.toString()) }
        val request = HttpRequest.newBuilder(URI("$baseUrl/admin/$path"))
            .header("Authorization", "Bearer $token")
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .method(method, content ?: HttpRequest.BodyPublishers.noBody())
            .build()
        val answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).await()
        check(answer.statusCode() in 200..299) { "the sandbox refused $path: ${answer.statusCode()} ${answer.body()}" }
        return if (answer.body().isEmpty()) JsonNull else Json.parseToJsonElement(answer.body())
    }
}

fun JsonElement.text(name: String): String = (jsonObject.getValue(name) as JsonPrimitive).content
