using System.Text.Json.Serialization;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Cases;
using Hotline.Knowledge.Exchange;
using Hotline.Knowledge.Feedback;
using Hotline.Knowledge.Orders;
using Hotline.Knowledge.Proposals;

namespace Hotline.Knowledge;

/// <summary>JSON of facts, of the API and of files. Over HTTP the host's options hold, not this context's: what must be strict stands on the request records themselves.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ArticleWritten))]
[JsonSerializable(typeof(ArticleMoved))]
[JsonSerializable(typeof(FeedbackGiven))]
[JsonSerializable(typeof(ArticlesProposed))]
[JsonSerializable(typeof(OrderNoted))]
[JsonSerializable(typeof(ArticlesExported))]
[JsonSerializable(typeof(PartnerUsed))]
[JsonSerializable(typeof(ArticleRequest))]
[JsonSerializable(typeof(ArticleStepRequest))]
[JsonSerializable(typeof(FeedbackRequest))]
[JsonSerializable(typeof(PublishRequest))]
[JsonSerializable(typeof(ArticlePage))]
[JsonSerializable(typeof(ArticleView))]
[JsonSerializable(typeof(ArticleHits))]
[JsonSerializable(typeof(DeskArticleView))]
[JsonSerializable(typeof(DeskArticlePage))]
[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(FeedbackReceipt))]
[JsonSerializable(typeof(ArticleFigures))]
[JsonSerializable(typeof(ToldPage))]
[JsonSerializable(typeof(ToldRequest))]
[JsonSerializable(typeof(RecallResult))]
[JsonSerializable(typeof(ArticleRow))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(PartnerDay))]
[JsonSerializable(typeof(KnowledgeCase))]
[JsonSerializable(typeof(IReadOnlyList<ExportLine>))]
public sealed partial class KnowledgeJson : JsonSerializerContext;
