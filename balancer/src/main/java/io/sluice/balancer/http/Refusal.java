package io.sluice.balancer.http;

/** Why a head or a body can't be passed on. For a response, each of them becomes a 502. */
public enum Refusal {
  EMPTY_METHOD(400, "the method is missing or holds an octet that no token may hold"),
  BAD_REQUEST_LINE(400, "the request line is not 'method SP target SP version CRLF'"),
  BAD_TARGET(
      400, "the request target is not origin-form, absolute-form of http, or '*' of OPTIONS"),
  BAD_STATUS_LINE(400, "the status line is not 'HTTP/1.x SP code SP reason CRLF'"),
  UNSUPPORTED_VERSION(505, "the version is not HTTP/1.1 or HTTP/1.0"),
  METHOD_NOT_ALLOWED(405, "CONNECT and TRACE are not served here"),
  REQUEST_LINE_TOO_LONG(414, "the request line is longer than the limit"),
  HEAD_TOO_LARGE(431, "the head is larger than the limit"),
  TOO_MANY_FIELDS(431, "the head has more fields than the limit"),
  BARE_LF(400, "a line ends with LF alone, expected CRLF"),
  BARE_CR(400, "CR without LF"),
  CONTROL_CHARACTER(400, "a field value holds a control character"),
  BAD_FIELD_NAME(400, "a field name is empty or holds an octet that no token may hold"),
  SPACE_BEFORE_COLON(400, "white space between a field name and its colon"),
  FOLDED_LINE(400, "a field line starts with white space (obsolete line folding)"),
  HOST_MISSING(400, "HTTP/1.1 without Host"),
  HOST_REPEATED(400, "more than one Host"),
  HOST_MALFORMED(400, "Host is empty or malformed"),
  LENGTH_MALFORMED(400, "Content-Length is not a number of 1 to 18 digits"),
  LENGTH_REPEATED(400, "more than one Content-Length"),
  BOTH_LENGTHS(400, "both Content-Length and Transfer-Encoding"),
  FRAMING_DISGUISED(400, "a framing field written with an underscore or the like"),
  TOO_MANY_OPTIONS(400, "Connection names more than 32 fields"),
  BODY_TOO_LARGE(413, "the body is larger than the limit"),
  FRAMING_NOMINATED(400, "Connection names a field that the message can't do without"),
  TRANSFER_ENCODING_REPEATED(400, "more than one Transfer-Encoding"),
  TRANSFER_ENCODING_MALFORMED(400, "Transfer-Encoding does not end with one 'chunked'"),
  TRANSFER_ENCODING_IN_HTTP_1_0(400, "Transfer-Encoding in an HTTP/1.0 message"),
  TRANSFER_ENCODING_UNKNOWN(501, "a Transfer-Encoding other than 'chunked'"),
  EXPECTATION_UNKNOWN(417, "an Expect other than '100-continue'"),
  UNEXPECTED_UPGRADE(400, "101 Switching Protocols without an upgrade asked for"),
  INTERIM_WITHOUT_END(400, "more interim responses than the limit"),
  CHUNK_SIZE_MALFORMED(400, "a chunk size is not 1 to 15 hexadecimal digits"),
  CHUNK_EXTENSION_MALFORMED(400, "a chunk extension is malformed or longer than the limit"),
  CHUNK_END_MISSING(400, "chunk data is not followed by CRLF"),
  TRAILER_MALFORMED(400, "a trailer field is malformed"),
  TRAILER_FORBIDDEN(400, "a trailer field that has to stand in the head"),
  TRAILERS_TOO_LARGE(431, "the trailers are larger than the limit"),
  PSEUDO_FIELDS(
      400, "not one each of :method, :scheme and :path, before all other fields and well-formed"),
  CONNECTION_FIELD(400, "a field of connections of HTTP/1, which HTTP/2 does not have"),
  BODY_OF_OTHER_LENGTH(400, "the body is not as long as Content-Length says");

  private final int status;
  private final String sentence;

  Refusal(int status, String sentence) {
    this.status = status;
    this.sentence = sentence;
  }

  /** The status with which a client's message of this kind is answered. */
  public int status() {
    return status;
  }

  /** What is wrong, in one sentence. */
  public String sentence() {
    return sentence;
  }
}
